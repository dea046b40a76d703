package dev.gnomon.predict;

import dev.gnomon.core.telemetry.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;

/// `gnomon.telemetry.samples` by outcome; `gnomon.probes` by cell and what the vantage points say
/// together.
@Singleton
class TelemetryMeters {
  private final MeterRegistry meters;

  @Inject
  TelemetryMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /// @param cell one of the catalogue's
  void count(String cell, String verdict) {
    meters.counter("gnomon.probes", "cell", cell, "verdict", verdict).increment();
  }

  void count(Map<Outcome, Integer> counts) {
    counts.forEach((outcome, count) ->
        meters
            .counter(
                "gnomon.telemetry.samples",
                "outcome",
                outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .increment(count));
  }
}
