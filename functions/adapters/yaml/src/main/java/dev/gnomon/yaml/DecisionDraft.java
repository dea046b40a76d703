package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.ActingLimits;
import dev.gnomon.core.catalogue.ApprovalPolicy;
import dev.gnomon.core.catalogue.DecisionPolicy;
import dev.gnomon.core.catalogue.Prices;
import dev.gnomon.core.catalogue.Priority;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// What the file says of decisions; what it leaves out has its default.
final class DecisionDraft {
  private DecisionDraft() {}

  /// Reports what the schema can't see.
  static void check(Section at) {
    try {
      policy(at);
    } catch (IllegalArgumentException e) {
      at.error(String.valueOf(e.getMessage()));
    }
  }

  /// @throws IllegalArgumentException if the values don't fit together
  static DecisionPolicy policy(Section at) {
    return new DecisionPolicy(
        weights(at.at("weights")),
        prices(at.at("prices")),
        approvals(at.at("approvals")),
        limits(at.at("limits")));
  }

  private static ApprovalPolicy approvals(Section at) {
    return new ApprovalPolicy(
        duration(at.at("expires"), ApprovalPolicy.DEFAULT.expires()),
        NotificationDraft.secret(at.at("key")));
  }

  private static ActingLimits limits(Section at) {
    return new ActingLimits(
        at.at("resources")
            .number()
            .filter(number -> number >= 1 && number <= ActingLimits.MAX_RESOURCES)
            .orElse(ActingLimits.DEFAULT.resources()),
        at.has("oneCell") ? at.at("oneCell").flag() : ActingLimits.DEFAULT.oneCell());
  }

  private static Map<Priority, Double> weights(Section at) {
    Map<Priority, Double> weights = new EnumMap<>(Priority.class);
    for (Priority priority : Priority.values()) {
      weights.put(
          priority,
          at.at(priority.name().toLowerCase(Locale.ROOT))
              .decimal()
              .filter(weight -> weight > 0 && weight <= Prices.MAX_FACTOR)
              .orElse(DecisionPolicy.DEFAULT.weight(priority)));
    }
    return weights;
  }

  private static Prices prices(Section at) {
    Prices other = Prices.DEFAULT;
    return new Prices(
        duration(at.at("reaction"), other.reaction()),
        duration(at.at("falseSwitch"), other.falseSwitch()),
        duration(at.at("away"), other.away()),
        duration(at.at("preStage"), other.preStage()),
        price(at.at("lostWrites"), other.lostWrites()),
        price(at.at("writesSetAside"), other.writesSetAside()),
        at.at("freshCopyUse").share().orElse(other.freshCopyUse()),
        price(at.at("work"), other.work()));
  }

  private static Duration duration(Section at, Duration other) {
    return at.duration().orElse(other);
  }

  /// One that the schema has refused does not hide other mistakes.
  private static double price(Section at, double other) {
    return at.decimal().filter(price -> price >= 0 && price <= Prices.MAX_FACTOR).orElse(other);
  }
}
