package dev.gnomon.tribuo;

import dev.gnomon.core.prediction.FailureTraining;
import dev.gnomon.core.prediction.RampModel;

/// Trains with Tribuo on simulated incidents.
public final class TribuoFailureTraining implements FailureTraining {
  @Override
  public Trained train(long seed, int runs, RampModel champion) {
    SimulatedTraining trained = SimulatedTraining.with(seed, runs);
    return new Trained(trained.form(), trained.against(champion));
  }
}
