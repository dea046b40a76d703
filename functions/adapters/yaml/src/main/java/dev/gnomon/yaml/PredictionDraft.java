package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.PredictionPolicy;
import java.time.Duration;
import java.util.Optional;

/// What could be read of how failures are foreseen.
record PredictionDraft(Section at) {
  /// Values that the schema can't judge; before [#build].
  void check() {
    horizon()
        .filter(time ->
            time.compareTo(PredictionPolicy.SHORTEST_HORIZON) < 0
                || time.compareTo(PredictionPolicy.LONGEST_HORIZON) > 0)
        .ifPresent(time -> at.at("horizon").error("expected 5m to 1h, found " + time));
  }

  /// Only for a draft in which no mistake was found.
  PredictionPolicy build() {
    return new PredictionPolicy(
        horizon().orElse(PredictionPolicy.DEFAULT.horizon()),
        at.at("shadowAt").decimal().orElse(PredictionPolicy.DEFAULT.shadowAt()));
  }

  private Optional<Duration> horizon() {
    return at.at("horizon").duration();
  }
}
