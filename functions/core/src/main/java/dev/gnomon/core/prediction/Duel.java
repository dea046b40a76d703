package dev.gnomon.core.prediction;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// Compares a challenger with the champion on runs that neither learnt from.
///
/// @param championBrier mean squared error of the model that serves
/// @param challengerBrier of the one that wants to
/// @param leastGain what the challenger gains at least, with 95 % confidence: the 5th percentile of
///   the mean gain over runs drawn again and again (bootstrap, Efron 1979; whole runs, since rows
///   of one run depend on each other)
/// @param championRecall at one false alarm a week
/// @param sha256 of the rows that they were compared on
public record Duel(
    String champion,
    double championBrier,
    double challengerBrier,
    double leastGain,
    double championRecall,
    double challengerRecall,
    long runs,
    String sha256,
    boolean won) {
  /// The challenger has to be better by this share.
  public static final double MARGIN = 0.01;

  /// And may not find fewer failures than this below the champion.
  public static final double RECALL_SLACK = 0.02;

  private static final int DRAWS = 2_000;
  private static final double CONFIDENCE = 0.05;
  private static final long SEED = 7;

  public Duel {
    Objects.requireNonNull(champion, "champion");
    Objects.requireNonNull(sha256, "sha256");
  }

  /// The same against a champion that does not serve any more.
  Duel lost() {
    return new Duel(
        champion,
        championBrier,
        challengerBrier,
        leastGain,
        championRecall,
        challengerRecall,
        runs,
        sha256,
        false);
  }

  public static Duel between(
      RampModel champion, RampModel challenger, List<Run> heldBack, Duration horizon) {
    Grading grading = new Grading(heldBack, horizon);
    List<double[]> old =
        grading.said(features -> Calibration.probability(champion.logOdds(features, horizon)));
    List<double[]> fresh =
        grading.said(features -> Calibration.probability(challenger.logOdds(features, horizon)));
    double[] gains = new double[heldBack.size()];
    for (int run = 0; run < gains.length; run++) {
      gains[run] =
          grading.squaredError(run, old.get(run)) - grading.squaredError(run, fresh.get(run));
    }
    double before = grading.brier(old);
    double after = grading.brier(fresh);
    double least = least(gains) / Math.max(1, grading.rows());
    double oldRecall = grading.alarmsAt(old, 1).recall();
    double freshRecall = grading.alarmsAt(fresh, 1).recall();
    boolean won =
        least > 0 && before - after >= MARGIN * before && freshRecall >= oldRecall - RECALL_SLACK;
    return new Duel(
        champion.name(),
        before,
        after,
        least,
        oldRecall,
        freshRecall,
        heldBack.size(),
        RunsHash.of(heldBack),
        won);
  }

  private static double least(double[] gains) {
    Random random = new Random(SEED);
    double[] sums = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      for (int i = 0; i < gains.length; i++) {
        sums[draw] += gains[random.nextInt(gains.length)];
      }
    }
    java.util.Arrays.sort(sums);
    return sums[(int) (CONFIDENCE * DRAWS)];
  }
}
