package dev.gnomon.core.telemetry;

import java.time.Instant;

/// One value of a series.
///
/// @param value in the metric's own unit; NaN and infinities are possible, and told apart later
public record Sample(SeriesKey series, Instant time, double value, Kind kind) {
  /// What a value is.
  public enum Kind {
    /// A state.
    GAUGE,
    /// A sum that only grows, and begins at 0 again when its process does.
    COUNTER
  }
}
