package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.notices.NoticeRecords.DeadName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Dead letters: notices that a target did not take. Nothing of them is lost by looking, and what a
/// person does about them is kept.
public final class Undelivered {
  /// How many a list shows.
  public static final int MAX_SHOWN = 200;

  private final NoticeRecords records;
  private final Set<String> targets;
  private final Consumer<String> goOn;

  Undelivered(NoticeRecords records, Set<String> targets, Consumer<String> goOn) {
    this.records = records;
    this.targets = targets;
    this.goOn = goOn;
  }

  /// @param open notices that a target still has to take
  /// @param dead notices that a target did not take, counted a target each
  /// @param letters the newest of those, at most [#MAX_SHOWN]
  public record Overview(int open, int dead, List<Letter> letters) {}

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

  /// @param state `open` (it is tried or will be), `sent`, `dead`, `dropped`
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

  public Overview overview() {
    List<DeadName> dead = records.dead();
    List<Letter> letters = new ArrayList<>();
    for (DeadName name : dead.subList(0, Math.min(dead.size(), MAX_SHOWN))) {
      Optional<Step> last = last(name);
      Optional<Notice> notice = notice(name.key());
      if (last.isPresent() && notice.isPresent()) {
        switch (last.get().kind()) {
          case DEAD -> letters.add(letter(name, notice.get(), last.get()));
          // Whoever should have taken the marker away was killed.
          case SENT, DROPPED -> records.buried(name);
          case BEGUN, DELAYED, REPLAYED -> {}
        }
      }
    }
    letters.sort(Comparator.comparing(Letter::time).reversed());
    return new Overview(records.open().size(), dead.size(), letters);
  }

  /// How many there are.
  public int count() {
    return records.dead().size();
  }

  public Optional<View> of(String key) {
    return notice(key)
        .map(notice ->
            new View(
                key, notice, targets(key).stream().map(target -> standing(key, target)).toList()));
  }

  /// Sends it again to the target, or to all that did not take it.
  ///
  /// @return the targets that it is sent to
  /// @throws Refusal if there is no such notice or it is dead for none of them
  public List<String> replay(String key, Optional<String> target) {
    List<String> dead = dead(key, target);
    List<String> known = dead.stream().filter(targets::contains).toList();
    if (known.isEmpty()) {
      throw new Refusal("the catalogue has no target %s any more: drop the notice".formatted(dead));
    }
    for (String one : known) {
      write(key, one, Step.Kind.REPLAYED);
      records.open(key);
      records.buried(new DeadName(key, one));
    }
    goOn.accept(key);
    return known;
  }

  /// Takes it off the list.
  ///
  /// @throws Refusal as for [#replay]
  public List<String> drop(String key, Optional<String> target) {
    List<String> dead = dead(key, target);
    for (String one : dead) {
      write(key, one, Step.Kind.DROPPED);
      records.buried(new DeadName(key, one));
    }
    return dead;
  }

  private List<String> dead(String key, Optional<String> target) {
    if (!records.knows(key)) {
      throw new Refusal("there is no notice '%s'".formatted(key));
    }
    List<String> dead =
        records.dead().stream()
            .filter(name -> name.key().equals(key))
            .map(DeadName::target)
            .filter(name -> target.map(name::equals).orElse(true))
            .toList();
    if (dead.isEmpty()) {
      throw new Refusal(
          "notice %s is not undelivered%s"
              .formatted(key, target.map(name -> " for target '" + name + "'").orElse("")));
    }
    return dead;
  }

  /// Unless a person has said so already, and was killed before the marker went.
  private void write(String key, String target, Step.Kind kind) {
    RecordLog<Step> log = records.log(key, target);
    Optional<Numbered<Step>> last = log.last();
    if (last.map(Numbered::record).filter(step -> step.kind() == Step.Kind.DEAD).isPresent()) {
      log.append(last.get().number() + 1, Step.of(kind, records.time(), 0));
    }
  }

  private Optional<Notice> notice(String key) {
    return records.kept(key).map(NoticeRecords.Kept::notice);
  }

  private Optional<Step> last(DeadName name) {
    return records.last(name.key(), name.target());
  }

  private List<String> targets(String key) {
    List<String> all = new ArrayList<>(targets);
    records.dead().stream()
        .filter(name -> name.key().equals(key) && !targets.contains(name.target()))
        .forEach(name -> all.add(name.target()));
    all.sort(Comparator.naturalOrder());
    return all;
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
