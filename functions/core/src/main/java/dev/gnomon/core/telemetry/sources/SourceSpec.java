package dev.gnomon.core.telemetry.sources;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.telemetry.Glob;
import dev.gnomon.core.telemetry.Sample;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something that is asked for telemetry.
///
/// @param name unique among the sources
/// @param every from one time to the next, 5 s to 1 h
/// @param timeout of one answer, no longer than `every`
/// @param labels put onto all of its series, over theirs
/// @param keep patterns of metrics to take; empty: all
/// @param ca file with the certificates (PEM) that its own may be signed by; empty: the JDK's
public record SourceSpec(
    String name,
    Origin origin,
    Duration every,
    Duration timeout,
    Map<String, String> labels,
    List<Glob> keep,
    Optional<Credentials> credentials,
    Optional<Path> ca) {
  public static final Duration DEFAULT_EVERY = Duration.ofSeconds(30);
  public static final Duration LEAST_EVERY = Duration.ofSeconds(5);
  public static final Duration MOST_EVERY = Duration.ofHours(1);
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  public SourceSpec {
    labels = Map.copyOf(labels);
    keep = List.copyOf(keep);
  }

  /// Whether a metric of this name is taken.
  public boolean takes(String metric) {
    return keep.isEmpty() || keep.stream().anyMatch(glob -> glob.matches(metric));
  }

  /// What is asked.
  public sealed interface Origin {
    /// An exporter.
    ///
    /// @param url of its metrics, as text
    record Exporter(URI url) implements Origin {}

    /// A server of Prometheus, or what has its HTTP API.
    ///
    /// @param url that `/api/v1/query_range` is put behind
    record Server(URI url, List<Expression> expressions) implements Origin {
      public Server {
        expressions = List.copyOf(expressions);
      }
    }
  }

  /// A query in PromQL.
  ///
  /// @param as name of its results; empty: the metric's own
  /// @param kind of its results; empty: as the name says
  public record Expression(String promql, Optional<String> as, Optional<Sample.Kind> kind) {}

  /// Who asks.
  public sealed interface Credentials {
    /// `Authorization: Bearer`.
    record Bearer(Secret token) implements Credentials {}

    /// `Authorization: Basic`.
    record Basic(String user, Secret password) implements Credentials {}
  }
}
