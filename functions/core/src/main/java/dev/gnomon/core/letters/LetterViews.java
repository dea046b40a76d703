package dev.gnomon.core.letters;

import dev.gnomon.core.control.RecordLog.Numbered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Dead letters, for people. Looking changes nothing but markers that a killed process left.
public final class LetterViews {
  /// Letters that one page looks at.
  public static final int PAGE = 100;

  private final LetterRecords records;
  private final Beyond beyond;
  private final LetterLimits limits;
  private final Markers markers;

  LetterViews(LetterRecords records, Markers markers, Beyond beyond, LetterLimits limits) {
    this.records = records;
    this.markers = markers;
    this.beyond = beyond;
    this.limits = limits;
  }

  /// How a letter stands.
  public enum State {
    DEAD,
    REPLAYING,
    REPLAYED,
    DROPPED;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(LetterStep last) {
      return switch (last.kind()) {
        case DIED, REFUSED -> DEAD;
        case REPLAYING -> REPLAYING;
        case REPLAYED -> REPLAYED;
        case DROPPED -> DROPPED;
      };
    }
  }

  /// @param state dead, replaying, replayed (and not come back) or dropped
  /// @param time of the last thing that happened to it
  /// @param deaths how often it was given up
  /// @param reason why it is dead, or was the last time
  public record Line(
      String letter,
      String state,
      String type,
      Optional<String> subject,
      String source,
      String id,
      String destination,
      Instant since,
      Instant time,
      int deaths,
      Optional<String> code,
      Optional<String> reason) {}

  /// @param unresolved letters that nobody has seen to
  /// @param limit of letters that are kept
  /// @param beyond letters that came when there was no room and were only counted, at least
  /// @param letters those behind the place that was asked for, the newest first
  /// @param next where the following ones begin, if there are more
  public record Overview(
      int unresolved, int limit, long beyond, List<Line> letters, Optional<String> next) {}

  /// @param event as structured JSON; of what is no event, what came
  public record View(
      Line letter, long bytes, Optional<String> unreadable, String event, List<LetterStep> steps) {}

  /// What is asked for.
  ///
  /// @param destination as it stands in a letter, or the part of it behind the host
  /// @param resolved also those that were replayed or dropped, in no order
  public record Wanted(Optional<String> type, Optional<String> destination, boolean resolved) {
    public static final Wanted ALL = new Wanted(Optional.empty(), Optional.empty(), false);

    boolean means(Letter letter) {
      return type.map(letter.type()::equals).orElse(true)
          && destination
              .map(asked ->
                  letter.destination().equals(asked)
                      || letter.destination().endsWith("/" + asked.replaceFirst("^/", "")))
              .orElse(true);
    }
  }

  /// @param behind what an earlier answer gave as `next`
  public Overview overview(Wanted wanted, Optional<String> behind) {
    List<String> open = records.markers();
    List<String> all = wanted.resolved() ? names() : open;
    List<String> asked =
        all.stream()
            .filter(name -> behind.map(place -> name.compareTo(place) > 0).orElse(true))
            .toList();
    List<String> shown = asked.subList(0, Math.min(asked.size(), PAGE));
    List<Line> lines = new ArrayList<>();
    for (String name : shown) {
      Letter.keyOf("/" + name).flatMap(key -> line(key, name, wanted)).ifPresent(lines::add);
    }
    Optional<String> next =
        asked.size() > shown.size() ? Optional.of(shown.getLast()) : Optional.empty();
    return new Overview(open.size(), limits.letters(), beyond.atLeast(), lines, next);
  }

  private List<String> names() {
    return records.records().names(LetterRecords.LETTERS).stream()
        .map(name -> name.value().substring(LetterRecords.LETTERS.length()))
        .toList();
  }

  private Optional<Line> line(String key, String name, Wanted wanted) {
    Optional<Letter> letter = records.letter(key);
    if (letter.isEmpty()) {
      return Optional.empty(); // It is about to be written, or was never.
    }
    if (!wanted.resolved() && markers.buried(name, letter.get())) {
      return Optional.empty();
    }
    Optional<LetterStep> last = records.last(key).map(Numbered::record);
    return letter.filter(wanted::means).map(one -> line(one, last));
  }

  private static Line line(Letter letter, Optional<LetterStep> last) {
    return new Line(
        letter.key(),
        last.map(State::of).orElse(State.DEAD).text(),
        letter.type(),
        letter.subject(),
        letter.source(),
        letter.id(),
        letter.destination(),
        letter.time(),
        last.map(LetterStep::time).orElse(letter.time()),
        last.map(LetterStep::deaths).orElse(1),
        last.flatMap(LetterStep::code).or(letter::code),
        last.flatMap(LetterStep::reason).or(letter::reason));
  }

  /// How many nobody has seen to.
  public int unresolved() {
    return records.markers().size();
  }

  /// How many there was no room for, at least, as long as that is remembered.
  public long beyond() {
    return beyond.atLeast();
  }

  public Optional<View> of(String key) {
    return records
        .letter(key)
        .map(letter ->
            new View(
                line(letter, records.last(key).map(Numbered::record)),
                letter.bytes(),
                letter.unreadable(),
                records.content(key).orElse(""),
                records.log(key).all()));
  }
}
