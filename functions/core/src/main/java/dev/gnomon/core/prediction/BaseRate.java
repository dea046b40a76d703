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
  /// A subject fails once in this time, taken for granted until outcomes say otherwise: whoever
  /// changes something each day, of which 15 % fail, which is the upper end of what most report to
  /// DORA ("Accelerate State of DevOps", 2023). The upper end, since a failure that is missed costs
  /// more than a shadow that is taken for nothing.
  static final Duration ONE_FAILURE_IN = Duration.ofDays(7);

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
    return new Calibration.Line(logOdds(usual) - logOdds(learnt), 1);
  }

  private static double logOdds(double share) {
    return Math.log(share / (1 - share));
  }
}
