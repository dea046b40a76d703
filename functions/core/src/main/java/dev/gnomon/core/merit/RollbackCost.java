package dev.gnomon.core.merit;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a rollback of a resource would cost. Each of the three is measured against the amount at
/// which it counts half; what is unknown, or no number that makes sense, counts as nothing.
///
/// @param bytes of content to bring back
/// @param dependents resources that depend on it, directly or not
/// @param seconds that a rollback is estimated to take
public record RollbackCost(OptionalLong bytes, OptionalLong dependents, OptionalDouble seconds) {
  /// Amounts that count half: what a gigabit link carries in a quarter of an hour, a handful of
  /// services, and the five minutes after which an outage is commonly reported.
  static final double HALF_BYTES = 100e9;

  static final double HALF_DEPENDENTS = 5;
  static final double HALF_SECONDS = 300;

  public static final RollbackCost UNKNOWN =
      new RollbackCost(OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty());

  public RollbackCost {
    bytes = bytes.isPresent() && bytes.getAsLong() < 0 ? OptionalLong.empty() : bytes;
    dependents =
        dependents.isPresent() && dependents.getAsLong() < 0 ? OptionalLong.empty() : dependents;
    seconds = measured(seconds);
  }

  static OptionalDouble measured(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble()) && value.getAsDouble() >= 0
        ? value
        : OptionalDouble.empty();
  }

  boolean known() {
    return bytes.isPresent() || dependents.isPresent() || seconds.isPresent();
  }

  /// In [0,1): the mean of three saturating shares x / (x + half).
  double share() {
    return (saturating(bytes.orElse(0), HALF_BYTES)
            + saturating(dependents.orElse(0), HALF_DEPENDENTS)
            + saturating(seconds.orElse(0), HALF_SECONDS))
        / 3;
  }

  private static double saturating(double amount, double half) {
    return amount / (amount + half);
  }
}
