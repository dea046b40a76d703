package dev.gnomon.bench.detector;

import dev.gnomon.core.anomaly.AnomalyScorer;
import java.time.Instant;
import java.util.SplittableRandom;

/// The job that [DetectorBench] times: a process with many series, each of which gets a sample in
/// turn, as telemetry comes. Prints the microseconds a sample after all series were warm.
public final class DetectorLoad {
  private static final int WARM_UP = 64;
  private static final int TIMED = 20;
  private static final int SECONDS_APART = 60;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private DetectorLoad() {}

  /// @param words how many series
  public static void main(String[] words) {
    System.out.println(microseconds(Integer.parseInt(words[0])));
  }

  /// Of one sample, in the mean.
  static double microseconds(int count) {
    AnomalyScorer[] series = new AnomalyScorer[count];
    for (int i = 0; i < count; i++) {
      series[i] = new AnomalyScorer();
    }
    SplittableRandom random = new SplittableRandom(1);
    double heard = rounds(series, 0, WARM_UP, random);
    long start = System.nanoTime();
    heard += rounds(series, WARM_UP, TIMED, random);
    double micros = (System.nanoTime() - start) / 1e3 / TIMED / count;
    if (!(heard >= 0)) {
      throw new IllegalStateException("scores of made-up series can't add up to " + heard);
    }
    return micros;
  }

  /// @return the sum of the scores, so that none is left out
  private static double rounds(
      AnomalyScorer[] series, int first, int rounds, SplittableRandom random) {
    double sum = 0;
    for (int round = first; round < first + rounds; round++) {
      Instant at = START.plusSeconds((long) round * SECONDS_APART);
      for (AnomalyScorer scorer : series) {
        sum += scorer.judge(at, 100 + random.nextDouble() + random.nextDouble()).value();
      }
    }
    return sum;
  }
}
