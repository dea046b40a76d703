package dev.gnomon.local.stack;

import dev.gnomon.core.catalogue.Catalogue;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// What `up` is started with.
///
/// @param catalogue checked
/// @param data the data directory; made if it is not there
/// @param port of the HTTP interface; empty for a free one
/// @param manifests the directory that holds the Broker, Triggers and PingSources
/// @param redisUrl of a Redis to use; empty: one of the stack's own
public record UpOptions(
    Catalogue catalogue, Path data, OptionalInt port, Path manifests, Optional<String> redisUrl) {
  public UpOptions {
    data = data.toAbsolutePath().normalize();
  }

  /// With `knative/` of the project that the launcher names (system property `gnomon.root`), and
  /// the Redis that the environment variable `GNOMON_LOCAL_REDIS_URL` names, if it is set.
  public static UpOptions of(Catalogue catalogue, Path data, OptionalInt port) {
    return new UpOptions(
        catalogue,
        data,
        port,
        Path.of(System.getProperty("gnomon.root", ".")).resolve("knative"),
        Optional.ofNullable(System.getenv("GNOMON_LOCAL_REDIS_URL")));
  }
}
