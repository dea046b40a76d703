package dev.gnomon.core.telemetry;

import java.time.Instant;
import java.util.OptionalDouble;

/// Counters as increases a second. A counter that is less than before began again at 0, so its
/// value is the increase (as Prometheus' `rate` takes it).
final class Rates {
  private Rates() {}

  /// @return empty for the first sample, and for the first of a clock that was set back; infinite
  ///   if what was counted is more than a number can be
  static OptionalDouble next(SeriesState state, Instant time, double value) {
    double before = state.raw();
    state.raw(value);
    if (Double.isNaN(before) || !state.known()) {
      return OptionalDouble.empty();
    }
    double seconds = (time.toEpochMilli() - state.seen().toEpochMilli()) / 1e3;
    if (seconds <= 0) {
      return OptionalDouble.empty();
    }
    double increase = value < before ? value : value - before;
    return OptionalDouble.of(increase / seconds);
  }
}
