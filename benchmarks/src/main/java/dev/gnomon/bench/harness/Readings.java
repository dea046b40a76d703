package dev.gnomon.bench.harness;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/// What one contestant read in one round, by the name of the measure. Immutable.
///
/// @param values finite and not negative
public record Readings(Map<String, Double> values) {
  public static final Readings NONE = new Readings(Map.of());

  public Readings {
    values = Map.copyOf(values);
    values.forEach((measure, value) -> {
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(measure + " can't be " + value);
      }
    });
  }

  public Readings with(String measure, double value) {
    Map<String, Double> more = new LinkedHashMap<>(values);
    more.put(measure, value);
    return new Readings(more);
  }

  public Readings with(String measure, OptionalDouble value) {
    return value.isPresent() ? with(measure, value.getAsDouble()) : this;
  }
}
