package dev.gnomon.core.telemetry;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.util.Map;
import java.util.Optional;

/// Which subject series with certain labels speak of: a cell, a resource, or with both a location.
///
/// @param match labels and the values they must have; `__name__` is the metric
/// @param resource by name; empty: by label, or none
/// @param cell by name; empty: by label, or none
/// @param resourceLabel a label whose value is the resource's name
/// @param cellLabel a label whose value is the cell's name
/// @param aspect what they tell of; empty: as the metric's name says
public record TelemetryRule(
    Map<String, Glob> match,
    Optional<ResourceName> resource,
    Optional<CellName> cell,
    Optional<String> resourceLabel,
    Optional<String> cellLabel,
    Optional<Aspect> aspect) {
  /// The label that stands for the metric's name.
  public static final String NAME = "__name__";

  public TelemetryRule {
    match = Map.copyOf(match);
  }

  boolean matches(SeriesKey series) {
    return match.entrySet().stream()
        .allMatch(one -> one.getValue().matches(value(series, one.getKey())));
  }

  private static String value(SeriesKey series, String label) {
    return label.equals(NAME) ? series.metric() : series.labels().getOrDefault(label, "");
  }
}
