package dev.gnomon.core.prediction;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/// One subject over a stretch of time, with what is known afterwards: what models learn from and
/// are judged by.
///
/// @param rows in the order of their times, evenly spaced
/// @param seconds how long the stretch is
public record Run(String name, List<Row> rows, double seconds) {
  public Run {
    rows = List.copyOf(rows);
  }

  /// @param secondsToFailure until the next failure begins; empty: none follows in this stretch
  public record Row(Features features, Instant at, OptionalDouble secondsToFailure) {
    boolean failsWithin(double horizonSeconds) {
      return secondsToFailure.isPresent() && secondsToFailure.getAsDouble() <= horizonSeconds;
    }
  }

  /// Whether a failure follows.
  boolean fails() {
    return rows.stream().anyMatch(row -> row.secondsToFailure().isPresent());
  }
}
