package dev.gnomon.core.prediction;

import java.util.List;

/// A model as it is stored and served: plain numbers, read without running anybody's code.
///
/// @param format of this record; others are refused
/// @param horizons 2 to 16, each longer than the one before, with constants that do not fall
/// @param ramps at most 500
/// @param trainedOn what it learnt from; of the plain rule nothing
/// @param quality what it reached on data that it did not learn from
public record ModelForm(
    int format, List<Horizon> horizons, List<Ramp> ramps, TrainedOn trainedOn, Quality quality) {
  public static final int FORMAT = 1;

  private static final int MOST_HORIZONS = 16;
  private static final int MOST_RAMPS = 500;
  private static final double MOST_CONSTANT = 50;

  public ModelForm {
    horizons = List.copyOf(horizons);
    ramps = List.copyOf(ramps);
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "model has format %d, expected %d".formatted(format, FORMAT));
    }
    if (horizons.size() < 2 || horizons.size() > MOST_HORIZONS || ramps.size() > MOST_RAMPS) {
      throw new IllegalArgumentException(
          "model has %d horizons and %d ramps, expected 2 to %d and at most %d"
              .formatted(horizons.size(), ramps.size(), MOST_HORIZONS, MOST_RAMPS));
    }
    for (int i = 1; i < horizons.size(); i++) {
      Horizon before = horizons.get(i - 1);
      Horizon after = horizons.get(i);
      if (after.seconds() <= before.seconds() || after.constant() < before.constant()) {
        throw new IllegalArgumentException(
            "horizon %s comes after %s: expected a longer one that is no less likely"
                .formatted(after, before));
      }
    }
  }

  /// The same model with what it was measured to be.
  public ModelForm measured(Quality measured) {
    return new ModelForm(format, horizons, ramps, trainedOn, measured);
  }

  /// @param seconds 1 or more
  /// @param constant the log-odds of a failure within it where no feature says anything
  public record Horizon(long seconds, double constant) {
    public Horizon {
      if (seconds < 1 || !(Math.abs(constant) <= MOST_CONSTANT)) {
        throw new IllegalArgumentException(
            "horizon of %d s with constant %s, expected 1 s or more and -%s to %s"
                .formatted(seconds, constant, MOST_CONSTANT, MOST_CONSTANT));
      }
    }
  }

  /// @param data what it was, for people
  /// @param sha256 of the rows in the order in which they were learnt from; empty: none
  /// @param rows how many
  /// @param incidents how many failures they hold
  /// @param seed of everything random
  /// @param trainer program and version
  public record TrainedOn(
      String data, String sha256, long rows, long incidents, long seed, String trainer) {}

  /// On data held back, at [Quality#horizonSeconds].
  ///
  /// @param rows how many
  /// @param incidents how many failures they hold
  /// @param brier the mean squared error of the probability (Brier 1950); 0 is perfect
  /// @param plainBrier of the plain rule on the same rows
  /// @param baseBrier of always saying the share of failures
  /// @param recall share of failures foreseen at one false alarm a week of one subject
  /// @param leadSeconds the median time from the first such alarm to the failure
  /// @param calibrationError the mean distance between said and seen, over ten classes by rank
  public record Quality(
      long horizonSeconds,
      long rows,
      long incidents,
      double brier,
      double plainBrier,
      double baseBrier,
      double recall,
      double leadSeconds,
      double calibrationError) {
    public static final Quality UNMEASURED = new Quality(0, 0, 0, 1, 1, 1, 0, 0, 1);
  }
}
