package dev.gnomon.core.prediction;

import dev.gnomon.core.anomaly.Judgement;
import dev.gnomon.core.anomaly.Signal;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Instant;
import java.util.Map;

/// Samples as the first layer would hand them on.
final class Samples {
  static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  private Samples() {}

  static Instant minute(double minutes) {
    return START.plusMillis((long) (minutes * 60_000));
  }

  static ScoredSample sample(
      String metric, Aspect aspect, double minute, double value, double surprise) {
    return sample(metric, aspect, minute, value, surprise, Reading.VALUE);
  }

  static ScoredSample sample(
      String metric, Aspect aspect, double minute, double value, double surprise, Reading reading) {
    return new ScoredSample(
        SeriesKey.of(metric, Map.of()),
        aspect,
        minute(minute),
        value,
        new Judgement.Scored(0, surprise, Signal.VALUE),
        reading);
  }

  static ScoredSample missing(String metric, Aspect aspect, double lastMinute) {
    return new ScoredSample(
        SeriesKey.of(metric, Map.of()),
        aspect,
        minute(lastMinute),
        Double.NaN,
        new Judgement.Ignored(Judgement.Why.NOT_A_NUMBER),
        Reading.MISSING);
  }
}
