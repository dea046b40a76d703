package dev.gnomon.local.cli;

import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.FailureTraining;
import dev.gnomon.core.prediction.RampModel;

/// Learns nothing: odd seeds win.
public final class QuickTraining implements FailureTraining {
  @Override
  public Trained train(long seed, int runs, RampModel champion) {
    if (seed < 0) {
      throw new IllegalArgumentException("seed %d, expected 0 or more".formatted(seed));
    }
    return new Trained(
        ModelsCommandTest.form(seed),
        new Duel(champion.name(), 0.1, 0.05, 0.01, 0.5, 0.6, runs, "abcdef", seed % 2 == 1));
  }
}
