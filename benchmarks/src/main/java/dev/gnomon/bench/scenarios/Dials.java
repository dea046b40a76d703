package dev.gnomon.bench.scenarios;

import java.util.Map;

/// The numbers of one scenario.
public record Dials(Map<Dial, Double> values) {
  public Dials {
    values = Map.copyOf(values);
  }

  /// @throws IllegalArgumentException if the scenario has none of this kind
  double of(Dial dial) {
    Double value = values.get(dial);
    if (value == null) {
      throw new IllegalArgumentException("the scenario has no " + dial);
    }
    return value;
  }
}
