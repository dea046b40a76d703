package dev.gnomon.core.catalogue;

import java.util.EnumMap;
import java.util.Map;

/// How automation decides.
///
/// @param weights how much an outage of a resource of each priority costs, as a multiple of one of
///   priority normal; above 0, and none below that of a lower priority
/// @param limits what may be acted on together
public record DecisionPolicy(
    Map<Priority, Double> weights, Prices prices, ApprovalPolicy approvals, ActingLimits limits) {
  public static final DecisionPolicy DEFAULT =
      new DecisionPolicy(
          Map.of(
              Priority.CRITICAL, 10.0,
              Priority.HIGH, 3.0,
              Priority.NORMAL, 1.0,
              Priority.LOW, 0.3),
          Prices.DEFAULT,
          ApprovalPolicy.DEFAULT,
          ActingLimits.DEFAULT);

  public DecisionPolicy {
    EnumMap<Priority, Double> complete = new EnumMap<>(Priority.class);
    double above = Prices.MAX_FACTOR;
    for (Priority priority : Priority.values()) {
      Double weight = weights.get(priority);
      if (weight == null || !(weight > 0 && weight <= above)) {
        throw new IllegalArgumentException(
            "decisions.weights.%s must be above 0 and at most %s: %s"
                .formatted(priority.name().toLowerCase(java.util.Locale.ROOT), above, weight));
      }
      complete.put(priority, weight);
      above = weight;
    }
    weights = java.util.Collections.unmodifiableMap(complete);
  }

  public double weight(Priority priority) {
    return weights.getOrDefault(priority, 1.0);
  }
}
