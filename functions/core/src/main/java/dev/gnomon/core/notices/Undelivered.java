package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.notices.DeadMarkers.DeadName;
import dev.gnomon.core.objects.ObjectStoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Dead letters: notices that a target did not take. Nothing of them is lost by looking, and what a
/// person does about them is kept.
public final class Undelivered {
  /// How many a list shows.
  public static final int MAX_SHOWN = 200;

  private static final int MAX_RACES = 20;

  private final NoticeRecords records;
  private final List<NotificationTarget> targets;
  private final Consumer<String> goOn;

  Undelivered(NoticeRecords records, List<NotificationTarget> targets, Consumer<String> goOn) {
    this.records = records;
    this.targets = targets;
    this.goOn = goOn;
  }

  /// @param open notices that a target still has to take
  /// @param dead notices that a target did not take, counted a target each
  /// @param letters those behind the place that was asked for, the newest first, at most
  ///   [#MAX_SHOWN]
  /// @param next where the following ones begin, if there are more
  public record Overview(int open, int dead, List<Letter> letters, Optional<String> next) {}

  /// @param notice its key
  /// @param target name of the target
  /// @param time when it was given up
  /// @param attempts in the last round
  public record Letter(
      String notice,
      String target,
      String kind,
      Severity severity,
      Optional<String> subject,
      String title,
      Instant time,
      int rounds,
      int attempts,
      String reason) {}

  /// A notice and how it stands with each target.
  public record View(String key, Notice notice, List<Standing> targets) {}

  /// @param state `open` (it is tried or will be), `sent`, `skipped` (the target has no use for
  ///   it), `dead`, `dropped`
  /// @param body what was sent, without secrets, if it is dead
  public record Standing(
      String target,
      String state,
      Optional<Instant> time,
      int rounds,
      int attempts,
      Optional<String> reason,
      Optional<Instant> notBefore,
      Optional<String> body) {}

  /// The newest letters.
  public Overview overview() {
    return overview(Optional.empty());
  }

  /// @param behind what an earlier answer gave as `next`
  public Overview overview(Optional<String> behind) {
    List<DeadName> dead = records.dead().all();
    List<DeadName> asked =
        dead.stream()
            .filter(name -> behind.map(place -> name.newest().compareTo(place) > 0).orElse(true))
            .toList();
    List<DeadName> shown = asked.subList(0, Math.min(asked.size(), MAX_SHOWN));
    List<Letter> letters = new ArrayList<>();
    for (DeadName name : shown) {
      letter(name).ifPresent(letters::add);
    }
    int others = shown.size() - letters.size();
    Optional<String> next =
        asked.size() > shown.size() ? Optional.of(shown.getLast().newest()) : Optional.empty();
    return new Overview(records.open().size(), dead.size() - others, letters, next);
  }

  /// What stands of a letter, if it is dead still.
  private Optional<Letter> letter(DeadName name) {
    Optional<Step> last = records.last(name.key(), name.target());
    Optional<Notice> notice = notice(name.key());
    if (last.isEmpty() || notice.isEmpty()) {
      return Optional.empty();
    }
    switch (last.get().kind()) {
      case DEAD -> {
        return Optional.of(letter(name, notice.get(), last.get()));
      }
      // Whoever should have taken the marker away was killed.
      case SENT, SKIPPED, DROPPED -> records.dead().buried(name);
      // About to be given up, or to be sent again: a sweep has to find it.
      case BEGUN, DELAYED, REPLAYED -> records.open(name.key());
    }
    return Optional.empty();
  }

  /// How many there are.
  public int count() {
    return records.dead().all().size();
  }

  public Optional<View> of(String key) {
    return notice(key)
        .map(notice ->
            new View(
                key,
                notice,
                targets(notice).stream().map(target -> standing(key, target)).toList()));
  }

  /// Sends it again to the target, or to all that did not take it.
  ///
  /// @return the targets that it is sent to
  /// @throws Refusal if there is no such notice or it is dead for none of them
  public List<String> replay(String key, Optional<String> target) {
    List<DeadName> dead = dead(key, target);
    List<DeadName> known = dead.stream().filter(name -> isKnown(name.target())).toList();
    if (known.isEmpty()) {
      throw new Refusal(
          "the catalogue has no target %s any more: drop the notice"
              .formatted(dead.stream().map(DeadName::target).toList()));
    }
    List<String> sent = known.stream().filter(this::replayed).map(DeadName::target).toList();
    if (sent.isEmpty()) {
      throw notDead(key, target);
    }
    goOn.accept(key);
    return sent;
  }

  /// The marker of what is open goes first, so that a kill loses nothing, and once more behind: who
  /// found everything settled may have taken the first one away.
  private boolean replayed(DeadName name) {
    records.open(name.key());
    RecordLog<Step> log = records.log(name.key(), name.target());
    for (int race = 0; race < MAX_RACES; race++) {
      Numbered<Step> last = log.last().orElseThrow();
      switch (last.record().kind()) {
        case DEAD -> {
          if (records.replayed(log, last)) {
            records.open(name.key());
            records.dead().buried(name);
            return true;
          }
        }
        case BEGUN, DELAYED, REPLAYED -> {
          return true; // by somebody else
        }
        case SENT, SKIPPED, DROPPED -> {
          records.dead().buried(name);
          return false;
        }
      }
    }
    throw busy(name.key());
  }

  /// Takes it off the list.
  ///
  /// @return the targets that it is not sent to any more
  /// @throws Refusal as for [#replay], and if it is on its way again
  public List<String> drop(String key, Optional<String> target) {
    List<String> dropped =
        dead(key, target).stream().filter(this::dropped).map(DeadName::target).toList();
    if (dropped.isEmpty()) {
      List<DeadName> open = names(key, target);
      throw open.isEmpty()
          ? notDead(key, target)
          : new Refusal(
              "notice %s is on its way to %s again: drop it if it is not taken"
                  .formatted(key, open.stream().map(DeadName::target).toList()));
    }
    return dropped;
  }

  private boolean dropped(DeadName name) {
    RecordLog<Step> log = records.log(name.key(), name.target());
    for (int race = 0; race < MAX_RACES; race++) {
      Numbered<Step> last = log.last().orElseThrow();
      boolean open = !last.record().settled();
      if (open && isKnown(name.target())) {
        return false;
      }
      if (!open && last.record().kind() != Step.Kind.DEAD) {
        records.dead().buried(name);
        return false;
      }
      Step step = Step.of(Step.Kind.DROPPED, records.time(), 0);
      if (log.append(last.number() + 1, step) instanceof Created<Step>) {
        records.dead().buried(name);
        return true;
      }
    }
    throw busy(name.key());
  }

  private static ObjectStoreException busy(String key) {
    return new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT, "others write the log of notice " + key);
  }

  private List<DeadName> dead(String key, Optional<String> target) {
    if (!records.knows(key)) {
      throw new Refusal("there is no notice '%s'".formatted(key));
    }
    List<DeadName> dead = names(key, target);
    if (dead.isEmpty()) {
      throw notDead(key, target);
    }
    return dead;
  }

  /// As the markers have it.
  private List<DeadName> names(String key, Optional<String> target) {
    return records.dead().all().stream()
        .filter(name -> name.key().equals(key))
        .filter(name -> target.map(name.target()::equals).orElse(true))
        .toList();
  }

  private static Refusal notDead(String key, Optional<String> target) {
    return new Refusal(
        "notice %s is not undelivered%s"
            .formatted(key, target.map(name -> " for target '" + name + "'").orElse("")));
  }

  private Optional<Notice> notice(String key) {
    return records.kept(key).map(NoticeRecords.Kept::notice);
  }

  private boolean isKnown(String name) {
    return targets.stream().anyMatch(target -> target.name().equals(name));
  }

  /// Those that hear of it, and those that are gone and did not take it.
  private List<String> targets(Notice notice) {
    Stream<String> known =
        targets.stream()
            .filter(target -> Audience.hears(target, notice.action()))
            .map(NotificationTarget::name);
    Stream<String> gone = names(notice.key(), Optional.empty()).stream().map(DeadName::target);
    return Stream.concat(known, gone).distinct().sorted().toList();
  }

  private Standing standing(String key, String target) {
    Optional<Step> last = records.last(key, target);
    return new Standing(
        target,
        last.map(step -> state(step.kind())).orElse("open"),
        last.map(Step::time),
        last.map(Step::round).orElse(0),
        last.map(Step::attempts).orElse(0),
        last.flatMap(Step::reason),
        last.flatMap(Step::notBefore),
        last.flatMap(Step::body));
  }

  private static String state(Step.Kind kind) {
    return switch (kind) {
      case BEGUN, DELAYED, REPLAYED -> "open";
      case SENT -> "sent";
      case SKIPPED -> "skipped";
      case DEAD -> "dead";
      case DROPPED -> "dropped";
    };
  }

  private static Letter letter(DeadName name, Notice notice, Step last) {
    return new Letter(
        name.key(),
        name.target(),
        notice.kind(),
        notice.severity(),
        notice.subject(),
        notice.title(),
        last.time(),
        last.round(),
        last.attempts(),
        last.reason().orElse("no reason is known"));
  }
}
