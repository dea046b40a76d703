package dev.gnomon.core.prediction;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// A feature's part in the log-odds of a failure: 0 up to `from`, `weight` from `to` on, a line
/// between them.
///
/// @param feature the key of a [Feature]
/// @param from 0 or more, in the feature's unit: what is unknown or 0 has no part
/// @param to larger than `from`
public record Ramp(String feature, double from, double to, double weight) {
  /// Weights are no larger, either way.
  public static final double MOST_WEIGHT = 20;

  /// More traffic explains latency and is no failure by itself; everything else can only make one
  /// likelier.
  public static final Set<Feature> EXPLAIN =
      Collections.unmodifiableSet(
          EnumSet.of(Feature.TRAFFIC_NOW, Feature.TRAFFIC_LASTING, Feature.TRAFFIC_SHARE));

  public Ramp {
    Feature known =
        Feature.named(feature)
            .orElseThrow(() -> new IllegalArgumentException("unknown feature '" + feature + "'"));
    if (!(from >= 0 && to > from && Double.isFinite(to))) {
      throw new IllegalArgumentException(
          "ramp of %s goes from %s to %s, expected 0 <= from < to".formatted(feature, from, to));
    }
    if (!(Math.abs(weight) <= MOST_WEIGHT)) {
      throw new IllegalArgumentException(
          "ramp of %s has weight %s, expected -%s to %s"
              .formatted(feature, weight, MOST_WEIGHT, MOST_WEIGHT));
    }
    boolean explains = EXPLAIN.contains(known);
    if (explains ? weight > 0 : weight < 0) {
      throw new IllegalArgumentException(
          "ramp of %s has weight %s: expected it to make a failure %s"
              .formatted(feature, weight, explains ? "no likelier" : "no less likely"));
    }
    if (known == Feature.MISSING_SHARE) {
      throw new IllegalArgumentException("what is missing must have no part in a failure");
    }
  }

  Feature of() {
    return Feature.named(feature).orElseThrow();
  }

  /// In [0,1].
  public double height(double value) {
    return Math.clamp((value - from) / (to - from), 0, 1);
  }
}
