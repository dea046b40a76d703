package dev.gnomon.core.prediction;

import java.time.Duration;

/// How often subjects fail where nobody counted yet, and what that makes of the log-odds of a model
/// that learnt where failures are more frequent.
///
/// What a model learns from holds many failures, since it could learn nothing from calm weeks. Its
/// odds are carried over by the ratio of the odds of both shares (Elkan, "The foundations of
/// cost-sensitive learning", 2001, theorem 2; Saerens, Latinne and Decaestecker, "Adjusting the
/// outputs of a classifier to new a priori probabilities", 2002). Where the line begins is a prior:
/// [Calibration] moves it by what comes of estimates here. ADR 28.
final class BaseRate {
  /// A subject fails once in this time, taken for granted until outcomes say otherwise. With one
  /// change a week of which one in ten fails, and one change a day of which one in ten does, as
  /// DORA reports ("Accelerate State of DevOps", 2023: 5 to 15 % for most), a service fails once in
  /// 70 or in 10 days: their geometric mean, rounded.
  static final Duration ONE_FAILURE_IN = Duration.ofDays(30);

  /// Log-odds of kinds of trouble that a model never saw are too far from even by this. Measured on
  /// the simulated incidents alone: 1,200 runs, seed 1; for each of the 17 scripts a model was
  /// trained without the runs that it occurs in and asked about those; of all of these a line was
  /// fitted (0.754, -0.565).
  static final double SLOPE = 0.75;

  static final double CONSTANT = -0.56;

  private BaseRate() {}

  /// What corrects the log-odds of a model before there are outcomes; no correction of one that was
  /// not measured, such as the plain rule, which is written for what is usual.
  static Calibration.Line prior(RampModel model) {
    ModelForm.Quality quality = model.form().quality();
    double brier = quality.baseBrier();
    boolean measured = quality.rows() > 0 && brier > 0 && brier < 0.25;
    if (!measured) {
      return Calibration.NONE;
    }
    // The Brier score of always saying a share is share · (1 - share).
    double learnt = (1 - Math.sqrt(1 - 4 * brier)) / 2;
    double usual = (double) quality.horizonSeconds() / ONE_FAILURE_IN.toSeconds();
    return new Calibration.Line(CONSTANT + logOdds(usual) - logOdds(learnt), SLOPE);
  }

  private static double logOdds(double share) {
    return Math.log(share / (1 - share));
  }
}
