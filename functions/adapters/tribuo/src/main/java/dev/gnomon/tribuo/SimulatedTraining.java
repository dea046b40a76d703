package dev.gnomon.tribuo;

import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.Grading;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.RampModel;
import dev.gnomon.core.prediction.Run;
import dev.gnomon.tribuo.incidents.SimulatedRuns;
import java.util.List;

/// Trains a model on simulated incidents and measures it on others of them.
///
/// @param form with the quality measured on the runs that were held back
/// @param heldBack from a stream of runs that no model learns from
public record SimulatedTraining(ModelForm form, List<Run> heldBack) {
  /// Runs that are learnt from; half as many calibrate, and as many again are held back.
  public static final int RUNS = 1_600;

  public static final int LEAST_RUNS = 60;
  public static final int MOST_RUNS = 20_000;

  /// What the shipped model was trained with.
  public static final long SEED = 1;

  /// Of the runs that are held back; seeds to learn with are smaller.
  private static final long HELD_BACK = 1_000_000;

  /// @param seed 0 to 999,999; equal seeds and numbers of runs give equal models
  public static SimulatedTraining with(long seed, int runs) {
    if (seed < 0 || seed >= HELD_BACK || runs < LEAST_RUNS || runs > MOST_RUNS) {
      throw new IllegalArgumentException(
          "seed %d and %d runs, expected 0 to %d and %d to %d"
              .formatted(seed, runs, HELD_BACK - 1, LEAST_RUNS, MOST_RUNS));
    }
    List<Run> learn = SimulatedRuns.of(seed, 0, runs);
    List<Run> calibrate = SimulatedRuns.of(seed, runs, runs / 2);
    ModelForm form = new TribuoTrainer().train(learn, calibrate, SimulatedRuns.DATA, seed);
    List<Run> heldBack = heldBack(seed, runs);
    RampModel model = new RampModel("challenger", form);
    return new SimulatedTraining(
        form.measured(new Grading(heldBack, TribuoTrainer.HORIZON).quality(model)), heldBack);
  }

  /// Runs to judge a model by that was trained with this seed.
  public static List<Run> heldBack(long seed, int runs) {
    return SimulatedRuns.of(HELD_BACK + seed, 0, runs / 2);
  }

  /// How it does against the model that serves.
  public Duel against(RampModel champion) {
    return Duel.between(
        champion, new RampModel("challenger", form), heldBack, TribuoTrainer.HORIZON);
  }
}
