package dev.gnomon.bench.telemetry;

import java.time.ZoneOffset;

/// The distance from an exponentially weighted mean of the same hour of the day, in exponentially
/// weighted standard deviations of that hour.
final class SeasonalEwma implements Detector {
  private static final int HOURS = 24;
  private static final double RATE = 0.05;
  private static final int OVERALL = 100;
  private static final int LEAST_ROWS = 3;
  private static final double LEAST_WIDTH = 1e-3;
  private static final double TINIEST = 1e-9;
  private static final double MOST = 1_000;

  @Override
  public double[] scores(LabelledSeries series) {
    double[] scores = new double[series.rows()];
    double[] means = new double[HOURS];
    double[] variances = new double[HOURS];
    int[] rows = new int[HOURS];
    double mean = 0;
    double variance = 0;
    int seen = 0;
    for (int row = 0; row < scores.length; row++) {
      double value = series.values()[row];
      if (Double.isNaN(value)) {
        continue;
      }
      int hour = series.times()[row].atOffset(ZoneOffset.UTC).getHour();
      double expected = rows[hour] > 0 ? means[hour] : mean;
      double error = value - expected;
      double width =
          Math.sqrt(rows[hour] > LEAST_ROWS ? variances[hour] : variance)
              + LEAST_WIDTH * Math.abs(expected)
              + TINIEST;
      scores[row] = seen < LEAST_ROWS ? 0 : Math.min(MOST, Math.abs(error) / width);
      double rate = Math.max(RATE, 1.0 / (rows[hour] + 1));
      means[hour] = expected + rate * error;
      variances[hour] += rate * (error * error - variances[hour]);
      rows[hour]++;
      seen++;
      mean += (value - mean) / Math.min(OVERALL, seen);
      variance += ((value - mean) * (value - mean) - variance) / Math.min(OVERALL, seen);
    }
    return scores;
  }
}
