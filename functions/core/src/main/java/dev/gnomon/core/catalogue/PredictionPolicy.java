package dev.gnomon.core.catalogue;

import java.time.Duration;

/// How failures are foreseen.
///
/// @param horizon within which a failure is asked for, 5 minutes to 1 hour
/// @param shadowAt the probability of a failure, in (0,1], from which it is announced and a fresh
///   shadow is taken at once
public record PredictionPolicy(Duration horizon, double shadowAt) {
  public static final Duration SHORTEST_HORIZON = Duration.ofMinutes(5);
  public static final Duration LONGEST_HORIZON = Duration.ofHours(1);
  public static final PredictionPolicy DEFAULT = new PredictionPolicy(Duration.ofMinutes(30), 0.1);

  public PredictionPolicy {
    if (horizon.compareTo(SHORTEST_HORIZON) < 0 || horizon.compareTo(LONGEST_HORIZON) > 0) {
      throw new IllegalArgumentException(
          "prediction.horizon must be %s to %s: %s"
              .formatted(SHORTEST_HORIZON, LONGEST_HORIZON, horizon));
    }
    if (!(shadowAt > 0 && shadowAt <= 1)) {
      throw new IllegalArgumentException(
          "prediction.shadowAt must be above 0 and at most 1: " + shadowAt);
    }
  }
}
