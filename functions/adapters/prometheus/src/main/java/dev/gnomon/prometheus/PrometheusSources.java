package dev.gnomon.prometheus;

import dev.gnomon.core.telemetry.sources.SampleSource;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.prometheus.BoundedHttp.Unusable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Opens sources that speak as Prometheus or its exporters do.
public final class PrometheusSources {
  private PrometheusSources() {}

  /// A source whose certificates can't be read is down until they can.
  public static SampleSource open(SourceSpec spec, SecretReader secrets) {
    return new OpenedWhenAsked(spec, secrets);
  }

  private static SampleSource connected(SourceSpec spec, SecretReader secrets) throws Unusable {
    BoundedHttp http = new BoundedHttp(spec, secrets);
    return switch (spec.origin()) {
      case SourceSpec.Origin.Exporter exporter -> new ExporterSource(spec, exporter.url(), http);
      case SourceSpec.Origin.Server server -> new ServerSource(spec, server, http);
    };
  }

  /// For one thread at a time.
  private static final class OpenedWhenAsked implements SampleSource {
    private final SourceSpec spec;
    private final SecretReader secrets;
    private @Nullable SampleSource opened;

    OpenedWhenAsked(SourceSpec spec, SecretReader secrets) {
      this.spec = spec;
      this.secrets = secrets;
    }

    @Override
    public Fetched fetch(Instant after, Instant at) {
      SampleSource source = opened;
      try {
        if (source == null) {
          source = connected(spec, secrets);
          opened = source;
        }
      } catch (Unusable e) {
        return new Fetched.Down(String.valueOf(e.getMessage()));
      }
      return source.fetch(after, at);
    }
  }
}
