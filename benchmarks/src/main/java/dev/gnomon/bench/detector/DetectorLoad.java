package dev.gnomon.bench.detector;

import dev.gnomon.core.anomaly.AnomalyScorer;
import java.time.Instant;
import java.util.SplittableRandom;

/// The job that [DetectorBench] times: a process with many series, each of which gets a sample in
/// turn, as telemetry comes. Prints the microseconds a sample in steady state: a few series live
/// until nothing about them is young any more (histograms fade from 15,000 samples on), and all go
/// on from their states.
public final class DetectorLoad {
  /// Samples of a series after which a sample costs no more than it ever will.
  static final int STEADY = 20_000;

  private static final int LIVED = 8;
  private static final int TIMED = 20;
  private static final int SECONDS_APART = 60;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private DetectorLoad() {}

  /// @param words how many series
  public static void main(String[] words) {
    System.out.println(microseconds(steady(Integer.parseInt(words[0]))));
  }

  /// Series that have lived long.
  static AnomalyScorer[] steady(int count) {
    SplittableRandom random = new SplittableRandom(1);
    AnomalyScorer[] lived = new AnomalyScorer[Math.min(LIVED, count)];
    for (int i = 0; i < lived.length; i++) {
      lived[i] = new AnomalyScorer();
    }
    rounds(lived, 0, STEADY, random);
    AnomalyScorer[] series = new AnomalyScorer[count];
    for (int i = 0; i < count; i++) {
      series[i] = AnomalyScorer.of(lived[i % lived.length].state());
    }
    return series;
  }

  /// Of one sample, in the mean.
  ///
  /// @param series all of the same age
  static double microseconds(AnomalyScorer... series) {
    SplittableRandom random = new SplittableRandom(2);
    int age = (int) series[0].samples();
    double heard = rounds(series, age, 1, random);
    long start = System.nanoTime();
    heard += rounds(series, age + 1, TIMED, random);
    double micros = (System.nanoTime() - start) / 1e3 / TIMED / series.length;
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
