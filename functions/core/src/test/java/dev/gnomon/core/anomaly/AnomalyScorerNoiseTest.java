package dev.gnomon.core.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The level of alarms was chosen by how often noise without any anomaly reaches it: with 20 seeds
/// of each kind once in 1,000 samples.
class AnomalyScorerNoiseTest {
  private static final int SAMPLES = 10_000;
  private static final int START = 600;
  private static final int SEEDS = 3;

  @Test
  void alarmsOnceInAboutAThousandSamplesOfNoise() {
    int alarms = 0;
    int samples = 0;
    for (MadeUpSeries.Noise noise : MadeUpSeries.Noise.values()) {
      alarms += alarms(noise);
      samples += SEEDS * (SAMPLES - START);
    }

    assertThat((double) samples / alarms).isBetween(850.0, 1_150.0);
  }

  @ParameterizedTest
  @EnumSource(MadeUpSeries.Noise.class)
  void noKindOfNoiseAlarmsMuchMoreOftenThanOthers(MadeUpSeries.Noise noise) {
    assertThat((double) SEEDS * (SAMPLES - START) / alarms(noise)).isGreaterThan(500);
  }

  private static int alarms(MadeUpSeries.Noise noise) {
    int alarms = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      double[] scores = MadeUpSeries.scores(MadeUpSeries.of(noise, SAMPLES, seed));
      for (int i = START; i < SAMPLES; i++) {
        alarms += scores[i] >= AnomalyScorer.ALARM ? 1 : 0;
      }
    }
    return alarms;
  }
}
