package dev.gnomon.core.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A score comes from the samples up to its own.
class AnomalyScorerCausalityTest {
  private static final int SAMPLES = 3_000;
  private static final int CUT = 1_700;

  @ParameterizedTest
  @EnumSource(MadeUpSeries.Noise.class)
  void isTheSameIfTheFutureNeverComes(MadeUpSeries.Noise noise) {
    double[] values = MadeUpSeries.of(noise, SAMPLES, 1);

    double[] whole = MadeUpSeries.scores(values);
    double[] cut = MadeUpSeries.scores(Arrays.copyOf(values, CUT));

    assertThat(Arrays.copyOf(whole, CUT)).containsExactly(cut);
    assertThat(whole[SAMPLES - 1]).isPositive();
  }

  @ParameterizedTest
  @EnumSource(MadeUpSeries.Noise.class)
  void isTheSameIfTheFutureIsAThousandTimesLarger(MadeUpSeries.Noise noise) {
    double[] values = MadeUpSeries.of(noise, SAMPLES, 2);
    double[] larger = values.clone();
    for (int i = CUT; i < SAMPLES; i++) {
      larger[i] *= 1_000;
    }

    double[] whole = MadeUpSeries.scores(values);
    double[] other = MadeUpSeries.scores(larger);

    assertThat(Arrays.copyOf(other, CUT)).containsExactly(Arrays.copyOf(whole, CUT));
    assertThat(Arrays.copyOfRange(other, CUT, SAMPLES))
        .isNotEqualTo(Arrays.copyOfRange(whole, CUT, SAMPLES));
  }
}
