package dev.gnomon.core.prediction;

import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a subject's samples mean for its future. Missing and inconclusive readings never make a
/// failure foreseen. Thread-safe.
public interface Forecast {
  /// Takes samples in and says what is foreseen now that was not said before.
  ///
  /// @param subject that all samples speak of
  /// @param samples in the order of their times within each series
  List<Foreseen> observed(Subject subject, List<ScoredSample> samples, Instant now);

  /// The newest estimate of a subject, if there is one that is not too old to be true.
  default Optional<Estimate> estimate(Subject subject) {
    return Optional.empty();
  }
}
