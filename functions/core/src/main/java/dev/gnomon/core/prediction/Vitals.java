package dev.gnomon.core.prediction;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is known of a subject's state now. What is not known is absent, which is neither good nor
/// bad.
///
/// @param health share of what is looked at that is well, in [0,1]
/// @param latency the present latency as a multiple of the subject's own usual one, 0 or more
/// @param estimate of a failure
/// @param at when the newest sample that this rests on was taken
public record Vitals(
    Subject subject,
    OptionalDouble health,
    OptionalDouble latency,
    Optional<Estimate> estimate,
    Instant at) {
  /// An alarm of a series is held against its subject for so long, or two of the series' intervals
  /// where that is longer.
  public static final Duration ALARM_HOLDS = Duration.ofMinutes(15);

  /// The newest of each subject, kept where all functions see them. Losing them is as if nothing
  /// were known. Never throws, returns in bounded time.
  public interface Board {
    void post(Vitals vitals);

    Optional<Vitals> of(Subject subject);
  }
}
