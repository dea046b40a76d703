package dev.gnomon.s3;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Opens prefixes by what a catalogue says of them; each stays open as long as this process.
public final class S3Buckets implements Buckets, AutoCloseable {
  static final Credentials STANDARD = new Credentials("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

  /// S3 copies no more in one call.
  private static final long LARGEST_COPY_BYTES = 5L << 30;

  private final Function<S3Prefix, Optional<PrefixSpec>> specs;
  private final Function<String, Optional<String>> environment;
  private final Map<S3Prefix, Open> open = new ConcurrentHashMap<>();

  /// @param specs how a place is reached; empty if nobody said
  /// @param environment variables, for credentials
  public S3Buckets(
      Function<S3Prefix, Optional<PrefixSpec>> specs,
      Function<String, Optional<String>> environment) {
    this.specs = specs;
    this.environment = environment;
  }

  private record Open(Bucket bucket, S3Connection connection) {}

  @Override
  public Bucket open(S3Prefix place) {
    return open.computeIfAbsent(place, this::connected).bucket();
  }

  private Open connected(S3Prefix place) {
    PrefixSpec spec =
        specs.apply(place).orElseThrow(() -> new Refusal("nobody said how to reach " + place));
    S3Settings settings = settings(place, spec, spec.credentials().orElse(STANDARD), environment);
    S3Faults faults = new S3Faults(settings);
    S3Connection connection = new S3Connection(settings, faults);
    Retries retries = Retries.standard();
    return new Open(
        new Bucket(
            place,
            new S3BucketReader(place.bucket(), place.prefix(), faults, connection, retries),
            new S3BucketWriter(settings, place.prefix(), faults, connection, retries),
            spec,
            LARGEST_COPY_BYTES),
        connection);
  }

  static S3Settings settings(
      S3Prefix place,
      PrefixSpec spec,
      Credentials credentials,
      Function<String, Optional<String>> environment) {
    return new S3Settings(
        place.endpoint(),
        place.bucket(),
        "",
        spec.region().orElse(S3Settings.DEFAULT_REGION),
        key(place, "access", credentials.accessKeyEnv(), environment),
        key(place, "secret", credentials.secretKeyEnv(), environment),
        S3Timeouts.STANDARD,
        S3Settings.PART_BYTES,
        credentials.equals(STANDARD) ? environment.apply("AWS_SESSION_TOKEN") : Optional.empty());
  }

  private static String key(
      S3Prefix place,
      String which,
      String variable,
      Function<String, Optional<String>> environment) {
    return environment
        .apply(variable)
        .filter(value -> !value.isBlank())
        .orElseThrow(() ->
            new ObjectStoreException(
                ObjectStoreException.Kind.PERMANENT,
                "the %s key for %s is expected in the environment variable %s"
                    .formatted(which, place, variable)));
  }

  @Override
  public void close() {
    open.values().forEach(one -> one.connection().close());
  }
}
