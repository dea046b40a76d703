package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.notices.NoticeRecords.Kept;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/// Keeps notices and gives them to their targets, each target by itself. Thread-safe.
///
/// A process that is killed leaves them open, and [#sweep] goes on with what is due. A target that
/// is taken out of the catalogue is told no more.
public final class TellPeople implements Notifier {
  private static final System.Logger LOG = System.getLogger(TellPeople.class.getName());

  private final List<NotificationTarget> targets;
  private final NoticeRecords records;
  private final Round round;
  private final Duration budget;
  private final Map<String, Lane> lanes;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  /// The open notice that was looked at last. Processes come and go: each begins somewhere else.
  private final AtomicReference<String> looked =
      new AtomicReference<>(UUID.randomUUID().toString());

  /// @param budget how long a sweep looks at what is open
  /// @param executor runs what waits for targets, such as a virtual thread each
  public TellPeople(
      List<NotificationTarget> targets,
      ControlRecords records,
      OpenWork openWork,
      NoticeSender sender,
      Checkpoint checkpoint,
      NoticeMeter meter,
      Duration budget,
      Executor executor) {
    this.targets = List.copyOf(targets);
    this.records = new NoticeRecords(records, openWork);
    this.round = new Round(this.records, sender, checkpoint, meter);
    this.budget = budget;
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
    boolean incidents = targets.stream().anyMatch(Audience::keepsIncidents);
    for (Kept kept : records.keep(notice, incidents)) {
      List<NotificationTarget> audience = audience(kept.notice());
      audience.forEach(target -> begin(kept, target));
      if (audience.isEmpty()) {
        records.close(kept.key());
      }
    }
  }

  /// Ends an episode. People are told of it if there is trouble in it that they were told of.
  ///
  /// @param end a notice that means RESOLVE
  public void over(Notice end) {
    if (troubleSince(end.episode()).isPresent()) {
      notify(end);
    }
  }

  /// When the newest trouble of an episode was told that is not over.
  public Optional<Instant> troubleSince(String episode) {
    return targets.isEmpty()
        ? Optional.empty()
        : records.episode(episode).lasting().stream().map(one -> one.record().time()).findFirst();
  }

  /// Goes on with what no process has brought to an end. The next sweep begins behind what this one
  /// had time for.
  ///
  /// @return how many notices are open
  public int sweep() {
    List<String> open = records.open();
    int size = open.size();
    Instant now = records.time();
    long deadline = System.nanoTime() + budget.toNanos();
    int found = Collections.binarySearch(open, looked.get());
    int first = found < 0 ? -found - 1 : found + 1;
    Faults faults = new Faults();
    for (int i = 0; i < size; i++) {
      String key = open.get((first + i) % size);
      faults.keep(() -> goOn(key, now));
      looked.set(key);
      if (System.nanoTime() - deadline >= 0) {
        break;
      }
    }
    faults.raise();
    return size;
  }

  private void goOn(String key, Instant now) {
    Optional<Kept> kept = records.kept(key);
    if (kept.isEmpty()) {
      records.closeIfStale(key);
      return;
    }
    boolean anyOpen = false;
    for (NotificationTarget target : audience(kept.get().notice())) {
      Optional<Step> last = records.last(key, target.name());
      if (last.filter(Step::settled).isEmpty()) {
        anyOpen = true;
        if (last.map(step -> step.due(now)).orElse(true)) {
          begin(kept.get(), target);
        }
      }
    }
    if (!anyOpen) {
      close(kept.get().notice());
    }
  }

  private List<NotificationTarget> audience(Notice notice) {
    return targets.stream().filter(target -> Audience.hears(target, notice.action())).toList();
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
              if (settled(notice.notice())) {
                close(notice.notice());
              }
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

  /// Takes the marker away, and looks again: somebody may have had it sent once more since it was
  /// found to be settled, and that needs the marker.
  private void close(Notice notice) {
    records.close(notice.key());
    if (!settled(notice)) {
      records.open(notice.key());
    }
  }

  private boolean settled(Notice notice) {
    return audience(notice).stream()
        .allMatch(
            target -> records.last(notice.key(), target.name()).filter(Step::settled).isPresent());
  }

  /// What is dead, and what a person does about it.
  public Undelivered undelivered() {
    return new Undelivered(records, targets, key -> goOn(key, records.time()));
  }
}
