package dev.gnomon.core.prediction;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is known of a subject at a time, for a model to judge. Immutable.
public final class Features {
  private final double[] values;
  private final Optional<Instant> onset;
  private final double known;
  private final List<String> evidence;

  /// @param values by the ordinal of [Feature]; NaN where unknown, else 0 or more
  /// @param onset of the present trouble; empty: there is none
  /// @param known share of the subject's series that tell something now, in [0,1]
  /// @param evidence sentences about single series, the strangest first
  public Features(double[] values, Optional<Instant> onset, double known, List<String> evidence) {
    if (values.length != Feature.values().length) {
      throw new IllegalArgumentException(
          "expected %d features, got %d".formatted(Feature.values().length, values.length));
    }
    for (Feature feature : Feature.values()) {
      double value = values[feature.ordinal()];
      if (value < 0 || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            "feature %s must be finite and not negative: %s".formatted(feature.key(), value));
      }
    }
    if (!(known >= 0 && known <= 1)) {
      throw new IllegalArgumentException("the known share must be in [0,1]: " + known);
    }
    this.values = values.clone();
    this.onset = onset;
    this.known = known;
    this.evidence = List.copyOf(evidence);
  }

  /// Empty if it is unknown, which is neither good nor bad.
  public OptionalDouble of(Feature feature) {
    double value = values[feature.ordinal()];
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  public Optional<Instant> onset() {
    return onset;
  }

  public double known() {
    return known;
  }

  public List<String> evidence() {
    return evidence;
  }

  /// By the ordinal of [Feature], NaN where unknown.
  public double[] values() {
    return values.clone();
  }

  @Override
  public String toString() {
    return "features " + Arrays.toString(values) + " since " + onset;
  }
}
