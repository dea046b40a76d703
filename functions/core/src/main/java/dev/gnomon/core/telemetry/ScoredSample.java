package dev.gnomon.core.telemetry;

import dev.gnomon.core.anomaly.Judgement;
import java.time.Instant;

/// One sample with what the scorer said of it.
///
/// @param time when it was taken; if the series is missing, when its last sample was
/// @param value in the metric's own unit, of a counter its increase a second; NaN if missing
/// @param judgement ignored if missing
/// @param reading inconclusive while the series warms up
/// @param usual what was usual before it, in the unit of its value; NaN: not known
public record ScoredSample(
    SeriesKey series,
    Aspect aspect,
    Instant time,
    double value,
    Judgement judgement,
    Reading reading,
    double usual) {
  /// Of which nobody knows what is usual.
  public ScoredSample(
      SeriesKey series,
      Aspect aspect,
      Instant time,
      double value,
      Judgement judgement,
      Reading reading) {
    this(series, aspect, time, value, judgement, reading, Double.NaN);
  }
}
