package dev.gnomon.prometheus;

import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SourceSpec;

/// Opens sources that speak as Prometheus or its exporters do.
public final class PrometheusSources {
  private PrometheusSources() {}

  /// @throws IllegalArgumentException if its certificates can't be read
  public static SampleSource open(SourceSpec spec, SecretReader secrets) {
    BoundedHttp http;
    try {
      http = new BoundedHttp(spec, secrets);
    } catch (BoundedHttp.Unusable e) {
      throw new IllegalArgumentException("source %s: %s".formatted(spec.name(), e.getMessage()), e);
    }
    return switch (spec.origin()) {
      case SourceSpec.Origin.Exporter exporter -> new ExporterSource(spec, exporter.url(), http);
      case SourceSpec.Origin.Server server -> new ServerSource(spec, server, http);
    };
  }
}
