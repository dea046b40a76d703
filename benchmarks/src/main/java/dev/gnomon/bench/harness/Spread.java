package dev.gnomon.bench.harness;

import java.util.List;

/// What several rounds read: no mean, because one slow round would move it.
///
/// @param median the middle one, or the mean of the two in the middle
public record Spread(double median, double min, double max) {

  /// @param values at least one, all finite
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values have no median");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }
}
