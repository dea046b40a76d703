package dev.gnomon.core.prediction;

import java.time.Duration;
import java.time.Instant;

/// Says from features how likely a failure is. Thread-safe, without state.
public interface FailureModel {
  /// Name and version, as estimates carry it.
  String name();

  /// @param horizon within which; from [RampModel#SHORTEST] to [RampModel#LONGEST]
  /// @param now the time of the features
  Estimate of(Features features, Duration horizon, Instant now);
}
