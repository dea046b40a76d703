package dev.gnomon.core.prediction;

import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a subject's samples mean for its future. Missing and inconclusive readings never make a
/// failure foreseen. Thread-safe.
public interface Forecast {
  /// Takes samples in and says what is foreseen now that was not said before, or may not have
  /// arrived when it was.
  ///
  /// @param subject that all samples speak of
  /// @param samples in the order of their times within each series
  List<Foreseen> observed(Subject subject, List<ScoredSample> samples, Instant now);

  /// What was said of a trouble that lasts, in the same words, in case it did not arrive.
  ///
  /// @param repeated whether something was delivered again, so that it probably did not; else it is
  ///   said only after a while
  default List<Foreseen> lasting(Subject subject, boolean repeated, Instant now) {
    return List.of();
  }

  /// Somebody who knows better, such as probes, sees a failure: it belongs to the episode that the
  /// subject has, or begins one.
  ///
  /// @param episode of the one who sees it
  /// @return how it is to be announced
  default Foreseen seen(Foreseen foreseen, Instant now) {
    return foreseen;
  }

  /// The newest estimate of a subject, if there is one that is not too old to be true.
  ///
  /// @param now by the clock of who asks
  default Optional<Estimate> estimate(Subject subject, Instant now) {
    return Optional.empty();
  }
}
