package dev.gnomon.bench.telemetry;

import java.util.Arrays;

/// The distance from the median of the last rows, in their median absolute deviations (Iglewicz and
/// Hoaglin, "How to detect and handle outliers", 1993).
final class RobustZ implements Detector {
  private static final int WINDOW = 288;
  private static final int LEAST_ROWS = 16;
  private static final double NORMAL = 1.4826;
  private static final double LEAST_WIDTH = 1e-3;
  private static final double TINIEST = 1e-9;
  private static final double MOST = 1_000;

  @Override
  public double[] scores(LabelledSeries series) {
    double[] scores = new double[series.rows()];
    for (int row = 0; row < scores.length; row++) {
      double value = series.values()[row];
      double[] window =
          Arrays.stream(series.values(), Math.max(0, row - WINDOW), row)
              .filter(Double::isFinite)
              .toArray();
      if (window.length < LEAST_ROWS || Double.isNaN(value)) {
        continue;
      }
      double median = median(window);
      double[] away = Arrays.stream(window).map(one -> Math.abs(one - median)).toArray();
      double width = Math.max(NORMAL * median(away), LEAST_WIDTH * Math.abs(median) + TINIEST);
      scores[row] = Math.min(MOST, Math.abs(value - median) / width);
    }
    return scores;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
