package dev.gnomon.core.prediction;

import java.util.List;

/// Learns a model from runs whose end is known. Equal runs and seeds give equal models.
public interface FailureTrainer {
  /// @param learn what the weights are learnt from
  /// @param calibrate other runs, for the probabilities
  /// @param data what the runs are, for people
  /// @throws IllegalArgumentException if the runs hold no failure, or nothing else
  ModelForm train(List<Run> learn, List<Run> calibrate, String data, long seed);
}
