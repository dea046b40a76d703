package dev.gnomon.core.anomaly;

import java.time.Instant;
import java.util.Random;

/// Series with a seed, five minutes a sample.
final class MadeUpSeries {
  static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final int SECONDS = 300;
  private static final int SAMPLES_A_DAY = 288;

  /// Ways of being noisy without any anomaly.
  enum Noise {
    NORMAL,
    LOG_NORMAL,
    LAPLACE,
    COUNTS,
    CORRELATED,
    DAILY
  }

  private MadeUpSeries() {}

  static Instant time(int sample) {
    return START.plusSeconds((long) sample * SECONDS);
  }

  static double[] of(Noise noise, int samples, long seed) {
    Random random = new Random(seed);
    double[] values = new double[samples];
    double last = 0;
    for (int i = 0; i < samples; i++) {
      double normal = random.nextGaussian();
      last = 0.9 * last + normal;
      values[i] =
          switch (noise) {
            case NORMAL -> 50 + normal;
            case LOG_NORMAL -> Math.exp(normal);
            case LAPLACE -> Math.copySign(Math.log(1 - random.nextDouble()), normal);
            case COUNTS -> counts(random, 2);
            case CORRELATED -> 50 + last;
            case DAILY -> 50 + 3 * Math.sin(2 * Math.PI * i / SAMPLES_A_DAY) + 0.5 * normal;
          };
    }
    return values;
  }

  /// Poisson (Knuth, The Art of Computer Programming, volume 2, 3.4.1).
  private static int counts(Random random, double mean) {
    double least = Math.exp(-mean);
    int count = 0;
    for (double product = random.nextDouble(); product > least; product *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  static double[] scores(double... values) {
    AnomalyScorer scorer = new AnomalyScorer();
    double[] scores = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      scores[i] = scorer.judge(time(i), values[i]).value();
    }
    return scores;
  }
}
