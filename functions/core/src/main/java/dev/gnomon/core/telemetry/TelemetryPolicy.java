package dev.gnomon.core.telemetry;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import java.time.Duration;
import java.util.List;

/// How telemetry is taken in.
///
/// @param rules which subject a series speaks of; the first that matches holds
/// @param seriesAtMost series of one subject that are kept, 10 to 5000; others are dropped
/// @param forget a series without a sample for so long is forgotten
/// @param sources what is asked for telemetry
/// @param tokens one of which whoever sends telemetry in a form of his own has to bring; none:
///   nobody has to
public record TelemetryPolicy(
    List<TelemetryRule> rules,
    int seriesAtMost,
    Duration forget,
    List<SourceSpec> sources,
    List<Secret> tokens) {
  public static final int DEFAULT_SERIES_AT_MOST = 500;
  public static final Duration DEFAULT_FORGET = Duration.ofDays(7);
  public static final TelemetryPolicy DEFAULT =
      new TelemetryPolicy(List.of(), DEFAULT_SERIES_AT_MOST, DEFAULT_FORGET);

  public TelemetryPolicy {
    rules = List.copyOf(rules);
    sources = List.copyOf(sources);
    tokens = List.copyOf(tokens);
  }

  /// Without sources and tokens.
  public TelemetryPolicy(List<TelemetryRule> rules, int seriesAtMost, Duration forget) {
    this(rules, seriesAtMost, forget, List.of(), List.of());
  }
}
