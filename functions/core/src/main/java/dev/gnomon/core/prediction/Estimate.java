package dev.gnomon.core.prediction;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How likely a subject is to fail soon, and why.
///
/// @param probability of a failure within the horizon, in [0,1]
/// @param onset when the trouble began that makes it likely; empty: there is none
/// @param at when the failure is expected; empty: not within the horizon
/// @param confidence in this estimate itself, in [0,1]: how much of what it rests on is known
/// @param contributions what mattered, the largest first
/// @param model name and version of what estimated
public record Estimate(
    double probability,
    Duration horizon,
    Optional<Instant> onset,
    Optional<Instant> at,
    double confidence,
    List<Contribution> contributions,
    String model) {
  public Estimate {
    contributions = List.copyOf(contributions);
    unit("probability", probability);
    unit("confidence", confidence);
  }

  /// The same of trouble that began at another time.
  Estimate since(Instant began) {
    return new Estimate(
        probability, horizon, Optional.of(began), at, confidence, contributions, model);
  }

  /// One feature's part in an estimate.
  ///
  /// @param feature its name
  /// @param value what it was, in its own unit
  /// @param effect on the log-odds of a failure; positive: for it
  /// @param says a sentence for people
  public record Contribution(String feature, double value, double effect, String says) {}

  private static void unit(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0,1]: " + value);
    }
  }
}
