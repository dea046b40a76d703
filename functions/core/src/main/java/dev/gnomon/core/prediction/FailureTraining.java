package dev.gnomon.core.prediction;

/// A way to train a model and to judge it against the one that serves; found by ServiceLoader,
/// since what serves needs none.
public interface FailureTraining {
  /// What came of it.
  ///
  /// @param form with the quality measured on runs that nothing was learnt from
  /// @param duel with the champion, on the same runs
  record Trained(ModelForm form, Duel duel) {}

  /// Takes minutes. Equal seeds and numbers of runs give equal models.
  ///
  /// @param runs that are learnt from
  /// @throws IllegalArgumentException if seed or number of runs are none that it takes
  Trained train(long seed, int runs, RampModel champion);
}
