package dev.gnomon.bench.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FusedScoreTest {
  private static final int ROWS = 600;

  private static Instant[] times(int rows) {
    Instant[] times = new Instant[rows];
    for (int row = 0; row < rows; row++) {
      times[row] = Instant.parse("2026-03-02T00:00:00Z").plusSeconds(300L * row);
    }
    return times;
  }

  private static double[] noise() {
    return new Random(1).doubles(ROWS, 9, 11).toArray();
  }

  @Test
  void knowsNothingOfWhatComesLater() {
    double[] all = noise();
    double[] changed = all.clone();
    Arrays.fill(changed, ROWS / 2, ROWS, 1e6);

    double[] past = Arrays.copyOf(FusedScore.of(times(ROWS), all), ROWS / 2);
    double[] other = Arrays.copyOf(FusedScore.of(times(ROWS), changed), ROWS / 2);

    assertThat(other).isEqualTo(past);
  }

  @Test
  void aSeriesThatLeavesItsRangeMakesAFailureLikelier() {
    double[] values = noise();
    Arrays.fill(values, ROWS - 10, ROWS, 60);

    double[] said = FusedScore.of(times(ROWS), values);

    double before = Arrays.stream(said, 100, ROWS - 10).average().orElseThrow();
    assertThat(said[ROWS - 1]).isGreaterThan(2 * before).isLessThanOrEqualTo(1);
  }
}
