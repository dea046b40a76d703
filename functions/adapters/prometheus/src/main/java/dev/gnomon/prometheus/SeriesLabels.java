package dev.gnomon.prometheus;

import dev.gnomon.core.telemetry.SeriesKey;
import java.util.Map;
import java.util.Optional;

/// Series of names from outside.
final class SeriesLabels {
  private SeriesLabels() {}

  /// @return empty if a limit of ours is passed. Nothing is cut, so that no two become one
  static Optional<SeriesKey> key(String metric, Map<String, String> labels) {
    try {
      return Optional.of(SeriesKey.of(metric, labels));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
