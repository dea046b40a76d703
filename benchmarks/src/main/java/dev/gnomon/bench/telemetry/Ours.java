package dev.gnomon.bench.telemetry;

import dev.gnomon.core.anomaly.AnomalyScorer;

/// The score of Gnomon.
final class Ours implements Detector {
  @Override
  public double[] scores(LabelledSeries series) {
    AnomalyScorer scorer = new AnomalyScorer();
    double[] scores = new double[series.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = scorer.judge(series.times()[row], series.values()[row]).value();
    }
    return scores;
  }
}
