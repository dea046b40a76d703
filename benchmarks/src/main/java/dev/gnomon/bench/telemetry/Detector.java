package dev.gnomon.bench.telemetry;

/// Scores each row of a series from the rows before it.
interface Detector {
  /// @return by row, not negative; 0 for rows without a value
  double[] scores(LabelledSeries series);
}
