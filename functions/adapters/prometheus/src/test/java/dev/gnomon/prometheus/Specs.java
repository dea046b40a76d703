package dev.gnomon.prometheus;

import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.telemetry.sources.SourceSpec.Credentials;
import dev.gnomon.core.telemetry.sources.SourceSpec.Expression;
import dev.gnomon.core.telemetry.sources.SourceSpec.Origin;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sources of tests.
final class Specs {
  private Specs() {}

  static SourceSpec exporter(String url) {
    return of(new Origin.Exporter(URI.create(url)), Duration.ofSeconds(20), Optional.empty());
  }

  static SourceSpec server(String url, Expression... expressions) {
    return of(
        new Origin.Server(URI.create(url), List.of(expressions)),
        Duration.ofSeconds(20),
        Optional.empty());
  }

  static SourceSpec of(Origin origin, Duration timeout, Optional<Credentials> credentials) {
    return new SourceSpec(
        "shop",
        origin,
        Duration.ofSeconds(15),
        timeout,
        Map.of("cell", "east"),
        List.of(),
        credentials,
        Optional.empty());
  }
}
