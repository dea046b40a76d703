package dev.gnomon.bench.detector;

import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.anomaly.Judgement;
import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.RampModel;
import dev.gnomon.core.prediction.SubjectState;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What the fused prediction that ships says of a subject of which one series of unknown meaning is
/// all that is known: the probability of a failure within the default horizon, by row.
public final class FusedScore {
  private static final SeriesKey SERIES = SeriesKey.of("unknown", Map.of());

  private FusedScore() {}

  /// @return by row, each from the rows before it; 0 while the series is learnt
  public static double[] of(Instant[] times, double[] values) {
    RampModel model = ModelShelf.shipped(List.of()).model();
    AnomalyScorer scorer = new AnomalyScorer();
    SubjectState state = new SubjectState();
    double[] said = new double[values.length];
    for (int row = 0; row < values.length; row++) {
      Judgement judgement = scorer.judge(times[row], values[row]);
      if (scorer.samples() > AnomalyScorer.WARM_UP && Double.isFinite(values[row])) {
        state.take(
            List.of(
                new ScoredSample(
                    SERIES, Aspect.OTHER, times[row], values[row], judgement, Reading.VALUE)),
            times[row]);
        double logOdds =
            model.logOdds(state.features(times[row]), PredictionPolicy.DEFAULT.horizon());
        said[row] = 1 / (1 + Math.exp(-logOdds));
      }
    }
    return said;
  }

  /// As failures are announced: a probability counts where it is higher than it was in the rest
  /// that an alarm has, and else is no news.
  public static double[] news(double[] said) {
    double[] news = new double[said.length];
    for (int row = 0; row < said.length; row++) {
      boolean higher = true;
      for (int before = Math.max(0, row - AnomalyScorer.rest(row)); before < row; before++) {
        higher &= said[row] > said[before];
      }
      news[row] = higher ? said[row] : 0;
    }
    return news;
  }
}
