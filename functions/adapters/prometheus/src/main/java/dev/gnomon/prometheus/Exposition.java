package dev.gnomon.prometheus;

import java.util.Map;
import java.util.OptionalLong;

/// What one line of an exposition says.
///
/// @param family its metric, without a suffix such as `_total` or `_bucket` that its type adds
/// @param name as it stands there
/// @param millis its time since 1970; empty: now
record Exposition(
    String family,
    Type type,
    String name,
    Map<String, String> labels,
    double value,
    OptionalLong millis) {

  /// What a family is, by its line `# TYPE`.
  enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    GAUGE_HISTOGRAM,
    SUMMARY,
    INFO,
    STATE_SET,
    /// Nothing is said, or something unknown.
    UNKNOWN
  }
}
