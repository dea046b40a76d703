package dev.gnomon.core.history;

import dev.gnomon.core.ids.CellName;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What was measured of the places of a resource at once; what is not known is absent.
///
/// @param at to the second
public record Moment(Instant at, Map<CellName, Map<Metric, Double>> places) {
  public Moment {
    at = Instant.ofEpochSecond(at.getEpochSecond());
    places = Map.copyOf(places);
    places.values().forEach(values -> values.values().forEach(Moment::checked));
  }

  private static void checked(double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("a measurement is a number of 0 or more: " + value);
    }
  }

  /// Means over some moments, of each metric over those that know it.
  public static Moment mean(Instant at, Iterable<Moment> moments) {
    Map<CellName, Map<Metric, double[]>> sums = new LinkedHashMap<>();
    for (Moment moment : moments) {
      moment
          .places()
          .forEach((cell, values) ->
              values.forEach((metric, value) -> {
                double[] sum =
                    sums.computeIfAbsent(cell, any -> new EnumMap<>(Metric.class))
                        .computeIfAbsent(metric, any -> new double[2]);
                sum[0] += value;
                sum[1]++;
              }));
    }
    Map<CellName, Map<Metric, Double>> means = new LinkedHashMap<>();
    sums.forEach((cell, metrics) -> {
      Map<Metric, Double> values = new EnumMap<>(Metric.class);
      metrics.forEach((metric, sum) -> values.put(metric, sum[0] / sum[1]));
      means.put(cell, values);
    });
    return new Moment(at, means);
  }
}
