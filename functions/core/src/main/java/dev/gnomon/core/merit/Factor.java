package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritWeights;
import java.util.Locale;

/// What speaks against a location.
public enum Factor {
  HEALTH,
  LATENCY,
  FRESHNESS,
  PREDICTION,
  COST;

  double weight(MeritWeights weights) {
    return switch (this) {
      case HEALTH -> weights.health();
      case LATENCY -> weights.latency();
      case FRESHNESS -> weights.freshness();
      case PREDICTION -> weights.prediction();
      case COST -> weights.cost();
    };
  }

  /// As people and JSON write it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
