package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.notices.NoticeRecords.Kept;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Keeps notices and gives them to their targets, each target by itself. Thread-safe.
///
/// A process that is killed leaves them open, and [#sweep] goes on with what is due. A target that
/// is taken out of the catalogue is told no more.
public final class TellPeople implements Notifier {
  /// Open notices that one sweep looks at; the next one goes on behind them.
  static final int MAX_A_SWEEP = 250;

  private static final System.Logger LOG = System.getLogger(TellPeople.class.getName());

  private final List<NotificationTarget> targets;
  private final NoticeRecords records;
  private final Round round;
  private final Map<String, Lane> lanes;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicInteger looked = new AtomicInteger();

  /// @param executor runs what waits for targets, such as a virtual thread each
  public TellPeople(
      List<NotificationTarget> targets,
      ControlRecords records,
      OpenWork openWork,
      NoticeSender sender,
      Checkpoint checkpoint,
      NoticeMeter meter,
      Executor executor) {
    this.targets = List.copyOf(targets);
    this.records = new NoticeRecords(records, openWork);
    this.round = new Round(this.records, sender, checkpoint, meter);
    this.lanes =
        targets.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    NotificationTarget::name, target -> new Lane(executor), (a, b) -> a));
  }

  @Override
  public void notify(Notice notice) {
    if (targets.isEmpty() || records.knows(notice.key())) {
      return;
    }
    Kept kept = records.keep(notice);
    targets.forEach(target -> begin(kept, target));
  }

  /// Goes on with what no process has brought to an end.
  ///
  /// @return how many notices are open
  public int sweep() {
    List<String> open = records.open();
    int size = open.size();
    int first = size > MAX_A_SWEEP ? Math.floorMod(looked.getAndAdd(MAX_A_SWEEP), size) : 0;
    for (int i = 0; i < Math.min(size, MAX_A_SWEEP); i++) {
      goOn(open.get((first + i) % size));
    }
    return size;
  }

  /// Goes on with one notice at once.
  void goOn(String key) {
    Optional<Kept> kept = records.kept(key);
    if (kept.isEmpty()) {
      records.closeIfStale(key);
      return;
    }
    boolean anyOpen = false;
    for (NotificationTarget target : targets) {
      Optional<Step> last = records.last(key, target.name());
      if (last.filter(Step::settled).isEmpty()) {
        anyOpen = true;
        if (last.map(step -> step.due(records.time())).orElse(true)) {
          begin(kept.get(), target);
        }
      }
    }
    if (!anyOpen) {
      records.close(key);
    }
  }

  private void begin(Kept notice, NotificationTarget target) {
    String work = notice.key() + "/" + target.name();
    Lane lane = lanes.get(target.name());
    if (lane == null || !underWay.add(work)) {
      return;
    }
    boolean offered = false;
    try {
      offered =
          lane.offer(() -> {
            try {
              round.run(notice, target);
              closeIfSettled(notice.key());
            } catch (RuntimeException e) {
              // The marker stays, and the next sweep finds it.
              LOG.log(
                  Level.WARNING,
                  "notice {0} for {1} has to wait: {2}",
                  notice.key(),
                  target.name(),
                  e.getMessage());
            } finally {
              underWay.remove(work);
            }
          });
    } finally {
      if (!offered) {
        underWay.remove(work);
      }
    }
  }

  private void closeIfSettled(String key) {
    boolean settled =
        targets.stream()
            .allMatch(target -> records.last(key, target.name()).filter(Step::settled).isPresent());
    if (settled) {
      records.close(key);
    }
  }

  /// What is dead, and what a person does about it.
  public Undelivered undelivered() {
    Map<String, NotificationTarget> known =
        targets.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    NotificationTarget::name, Function.identity(), (a, b) -> a));
    return new Undelivered(records, known.keySet(), this::goOn);
  }
}
