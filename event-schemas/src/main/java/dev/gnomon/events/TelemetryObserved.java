package dev.gnomon.events;

import java.util.List;
import java.util.Optional;

/// Samples that somebody measured, of any series.
public record TelemetryObserved(List<ObservedSample> samples) implements EventData {
  public static final String TYPE = "dev.gnomon.telemetry-observed.v1";

  public TelemetryObserved {
    samples = List.copyOf(Text.required("samples", samples));
  }

  @Override
  public Optional<String> subject() {
    return Optional.empty();
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }
}
