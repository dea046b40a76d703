package dev.gnomon.tribuo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.prediction.Features;
import dev.gnomon.core.prediction.SubjectState;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Features of a moment do not depend on what comes after it, through both layers.
class CausalFeaturesTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final SeriesKey KEY = SeriesKey.of("http_errors_ratio", Map.of());

  private static List<double[]> features(double[] values) {
    SubjectState state = new SubjectState();
    AnomalyScorer scorer = new AnomalyScorer();
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Instant time = START.plusSeconds(60L * i);
      state.take(
          List.of(
              new ScoredSample(
                  KEY,
                  Aspect.ERRORS,
                  time,
                  values[i],
                  scorer.judge(time, values[i]),
                  Reading.VALUE)),
          time);
      Features features = state.features(time);
      all.add(features.values());
    }
    return all;
  }

  @Test
  void cuttingTheFutureOffOrBlowingItUpLeavesThePastAsItWas() {
    Random random = new Random(9);
    double[] values = random.doubles(900, 0, 0.02).toArray();
    double[] blown = values.clone();
    for (int i = 600; i < blown.length; i++) {
      blown[i] *= 1_000;
    }

    List<double[]> whole = features(values);
    List<double[]> cut = features(java.util.Arrays.copyOf(values, 600));
    List<double[]> larger = features(blown);

    for (int i = 0; i < 600; i++) {
      assertThat(cut.get(i)).containsExactly(whole.get(i));
      assertThat(larger.get(i)).containsExactly(whole.get(i));
    }
    assertThat(larger.get(700)).isNotEqualTo(whole.get(700));
  }
}
