package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One value of a series.
///
/// @param metric its name, as Prometheus or OpenTelemetry writes it, with its unit
/// @param labels that tell the series of a metric apart; each name once
/// @param value in the metric's own unit
/// @param kind absent: a gauge
public record ObservedSample(
    String metric,
    Optional<List<Label>> labels,
    Instant time,
    SampleValue value,
    Optional<Kind> kind) {
  public ObservedSample {
    Text.required("metric", metric);
    Text.required("time", time);
    Text.required("value", value);
    labels = Text.optional(labels).map(List::copyOf);
    kind = Text.optional(kind);
    List<Label> given = labels.orElse(List.of());
    if (given.stream().map(Label::name).distinct().count() < given.size()) {
      throw new IllegalArgumentException("metric " + metric + " has a label twice");
    }
  }

  /// A name with its value.
  public record Label(String name, String value) {
    public Label {
      Text.required("name", name);
      Text.required("value", value);
    }
  }

  /// What a value is.
  public enum Kind {
    /// A state.
    GAUGE,
    /// A sum that only grows, and begins at 0 again when its process does.
    COUNTER;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
