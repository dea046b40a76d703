package dev.gnomon.core.chaos;

import dev.gnomon.core.ids.ResourceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What somebody wants to try, and what is expected of it.
///
/// @param id chosen by whoever asks; an experiment of an id runs once
/// @param name for people
/// @param lasts how long the trouble is made, up to [#MAX_LASTS]
/// @param expected what may happen meanwhile
/// @param by who asks, for the record
public record Experiment(
    String id, String name, Trouble trouble, Duration lasts, Expected expected, String by) {
  /// Longer than anybody watches.
  public static final Duration MAX_LASTS = Duration.ofMinutes(30);

  public static final Duration MAX_SETTLE = Duration.ofHours(1);
  public static final int MAX_SWITCHES = 1000;
  private static final int MAX_TEXT = 200;

  public Experiment {
    checkedId(id);
    if (name.isBlank() || name.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "name: expected 1 to %d characters, found %d".formatted(MAX_TEXT, name.length()));
    }
    if (!lasts.isPositive() || lasts.compareTo(MAX_LASTS) > 0) {
      throw new IllegalArgumentException(
          "lasts: expected more than nothing up to %s, found %s".formatted(MAX_LASTS, lasts));
    }
  }

  /// @return the id
  /// @throws IllegalArgumentException if it is none
  public static String checkedId(String id) {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new IllegalArgumentException(
          "id: expected 1 to 100 letters, digits, '.', '_' or '-', beginning with a letter or"
              + " digit, found '"
              + id
              + "'");
    }
    return id;
  }

  /// What may happen, and what has to.
  ///
  /// @param moves resources that automation may move; empty: those that are served from the cell in
  ///   trouble
  /// @param switches how often automation may move resources in all, before the experiment is
  ///   stopped
  /// @param merit what every place that serves has to reach before and after, where it is known, in
  ///   [0,1]
  /// @param settles how long it may take afterwards until all is steady again
  /// @param noticed within which time automation has to notice; empty: it need not
  public record Expected(
      Optional<List<ResourceName>> moves,
      int switches,
      double merit,
      Duration settles,
      Optional<Duration> noticed) {
    public static final Expected DEFAULT =
        new Expected(Optional.empty(), 10, 0.3, Duration.ofMinutes(2), Optional.empty());

    public Expected {
      moves = moves.map(List::copyOf);
      if (switches < 0 || switches > MAX_SWITCHES) {
        throw new IllegalArgumentException(
            "switches: expected 0 to %d, found %d".formatted(MAX_SWITCHES, switches));
      }
      if (!(merit >= 0 && merit <= 1)) {
        throw new IllegalArgumentException("merit: expected 0 to 1, found " + merit);
      }
      if (!settles.isPositive() || settles.compareTo(MAX_SETTLE) > 0) {
        throw new IllegalArgumentException(
            "settles: expected more than nothing up to %s, found %s"
                .formatted(MAX_SETTLE, settles));
      }
      noticed.ifPresent(within -> {
        if (!within.isPositive() || within.compareTo(MAX_LASTS) > 0) {
          throw new IllegalArgumentException(
              "noticed: expected more than nothing up to %s, found %s"
                  .formatted(MAX_LASTS, within));
        }
      });
    }
  }
}
