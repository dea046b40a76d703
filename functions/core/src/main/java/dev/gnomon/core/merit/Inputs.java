package dev.gnomon.core.merit;

import dev.gnomon.core.prediction.Estimate;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is known of one location. A value that is no measurement (not a number, infinite, negative,
/// a share above 1) is as unknown as one that is absent.
///
/// @param health share of what is looked at that is well, in [0,1]
/// @param latency as a multiple of the location's own usual one, 0 or more
/// @param lag how far its content is behind the primary's; zero for the primary
/// @param target how far it may be (the recovery-point target), above zero
/// @param risk probability of a failure within the horizon, times the confidence in it, in [0,1]
/// @param cost of a rollback of the resource
public record Inputs(
    OptionalDouble health,
    OptionalDouble latency,
    Optional<Duration> lag,
    Optional<Duration> target,
    OptionalDouble risk,
    RollbackCost cost) {
  public static final Inputs UNKNOWN =
      new Inputs(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          RollbackCost.UNKNOWN);

  public Inputs {
    health = share(health);
    latency = RollbackCost.measured(latency);
    lag = lag.filter(behind -> !behind.isNegative());
    target = target.filter(Duration::isPositive);
    risk = share(risk);
  }

  /// What an estimate counts for: the part of it that rests on nothing known counts for nothing.
  public static OptionalDouble risk(Estimate estimate) {
    return OptionalDouble.of(estimate.probability() * estimate.confidence());
  }

  private static OptionalDouble share(OptionalDouble value) {
    return value.isPresent() && value.getAsDouble() >= 0 && value.getAsDouble() <= 1
        ? value
        : OptionalDouble.empty();
  }
}
