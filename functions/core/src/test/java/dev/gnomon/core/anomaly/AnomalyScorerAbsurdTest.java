package dev.gnomon.core.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Single samples without sense, as of a counter that was reset or that wrapped: the scorer must
/// see afterwards as well as before.
class AnomalyScorerAbsurdTest {
  private static final int LASTS = 100;

  private static double[] noise(int samples) {
    return MadeUpSeries.of(MadeUpSeries.Noise.NORMAL, samples, 3);
  }

  private static boolean alarms(double[] values, int from) {
    double[] scores = MadeUpSeries.scores(values);
    return Arrays.stream(scores, from, from + LASTS).anyMatch(score -> score >= 0.5);
  }

  @ParameterizedTest
  @CsvSource({"-1e9,5", "-1.8e19,5", "1e150,31", "-1.8e19,100"})
  void anAbsurdSampleAmongTheFirstBlindsNothing(double absurd, int at) {
    int shift = 3_000;
    double[] values = noise(shift + LASTS);
    values[at] = absurd;
    for (int i = shift; i < values.length; i++) {
      values[i] += 30;
    }

    assertThat(alarms(values, shift)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1e9,2000", "1e12,2000", "1.8e19,2000", "1e12,20000"})
  void anAbsurdSampleInAFlatSeriesBlindsNothing(double absurd, int shift) {
    double[] values = new double[shift + LASTS];
    values[1_000] = absurd;
    Arrays.fill(values, shift, values.length, 500);

    assertThat(alarms(values, shift)).isTrue();
  }

  @Test
  void aFewAbsurdSamplesAmongTheFirstBlindNothing() {
    double[] values = noise(3_000 + LASTS);
    values[2] = -1e9;
    values[9] = -2e9;
    values[20] = 1.8e19;
    for (int i = 3_000; i < values.length; i++) {
      values[i] += 30;
    }

    assertThat(alarms(values, 3_000)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0,1000", "500,540"})
  void theLargestNumbersLeaveAScorerThatSees(int start, int end) {
    double[] values = new double[end + 2_000 + LASTS];
    System.arraycopy(noise(end), 0, values, 0, start);
    for (int i = start; i < end; i++) {
      values[i] = i % 2 == 0 ? Double.MAX_VALUE : -Double.MAX_VALUE;
    }
    System.arraycopy(noise(2_000 + LASTS), 0, values, end, 2_000 + LASTS);
    for (int i = end + 2_000; i < values.length; i++) {
      values[i] += 30;
    }

    assertThat(Arrays.stream(MadeUpSeries.scores(values)).boxed())
        .allMatch(score -> score >= 0 && score <= 1);
    assertThat(alarms(values, end + 2_000)).isTrue();
  }
}
