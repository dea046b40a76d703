package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.s3.S3ObjectStores;
import dev.gnomon.s3.S3Settings;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.StoreUpkeep;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Opens a shadow store by its URL, with credentials from the environment.
final class StoreUrl {
  static final String HELP =
      "file:DIR or s3+http(s)://host[:port]/bucket[/prefix]; S3 credentials in AWS_ACCESS_KEY_ID"
          + " and AWS_SECRET_ACCESS_KEY.";
  private static final String FILE = "file:";
  static final String BUCKET_ACCESS_KEY = "GNOMON_BUCKET_ACCESS_KEY";
  static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
  static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
  static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";
  static final String REGION = "AWS_REGION";
  private static final String BUCKET_SECRET_KEY = "GNOMON_BUCKET_SECRET_KEY";
  private static final String POINTS = "store/points/";
  private static final String LAST_SEQUENCE = "9".repeat(20);

  private StoreUrl() {}

  /// A store with the ports that work on it.
  ///
  /// @param place where it lies; empty if no data can lie in such a bucket
  record Opened(RetryingObjectStore objects, ShadowStores stores, Optional<Place> place)
      implements AutoCloseable {
    /// A restore deletes what a point does not have, and no point has the store that holds it.
    ///
    /// @throws Failure if a place that is restored to and the store share anything
    void requireApart(Place target) {
      boolean shared =
          switch (target) {
            case Place.Directory directory ->
                place.orElse(null) instanceof Place.Directory own
                    && overlap(canonical(own.path()), canonical(directory.path()));
            case S3Prefix prefix ->
                place.orElse(null) instanceof S3Prefix own && own.overlaps(prefix);
          };
      if (shared) {
        throw Failure.failed(
            "'%s' and the store '%s' overlap, and a restore deletes what the point does not have: restore to a place apart from the store"
                .formatted(target, place.orElseThrow()));
      }
    }

    private static boolean overlap(Path one, Path other) {
      return one.startsWith(other) || other.startsWith(one);
    }

    /// With the symbolic links of what exists of it resolved.
    private static Path canonical(Path path) {
      for (Path existing = path; existing != null; existing = existing.getParent()) {
        try {
          return existing.toRealPath().resolve(existing.relativize(path)).normalize();
        } catch (IOException e) {
          continue; // not there yet, or not readable: its parent may be
        }
      }
      return path;
    }

    ShadowStore shadows() {
      return stores.shadows();
    }

    Restorer restorer() {
      return stores.restorer();
    }

    Expiry expiry() {
      return stores.expiry();
    }

    StoreUpkeep upkeep() {
      return stores.upkeep();
    }

    /// The resources that have points in it: from one resource's points to the next's.
    List<ResourceName> resources() {
      List<ResourceName> found = new ArrayList<>();
      Optional<ObjectName> after = Optional.empty();
      while (true) {
        ObjectPage page = objects.list(POINTS, after, 1);
        if (page.objects().isEmpty()) {
          return found;
        }
        String[] segments = page.objects().getFirst().name().value().split("/");
        found.add(new ResourceName(segments[2]));
        after = Optional.of(new ObjectName(POINTS + segments[2] + "/" + LAST_SEQUENCE));
      }
    }

    @Override
    public void close() {
      try {
        objects.close();
      } catch (Exception e) {
        throw new IllegalStateException("the store can't be closed", e);
      }
    }
  }

  /// Opens a store that may be new.
  ///
  /// @param key address of a master key; empty for a store without encryption
  static Opened open(String text, Optional<String> key) {
    return open(text, key, true, System::getenv);
  }

  /// Opens a store to read from it.
  static Opened openExisting(String text, Optional<String> key) {
    return open(text, key, false, System::getenv);
  }

  /// Opens a store to read from it, for work on prefixes that a catalogue describes.
  ///
  /// @param environment what the store is reached with; prefixes have that of this process
  /// @param specs how a prefix is reached; empty for those that the catalogue does not have
  static Opened openExisting(
      String text,
      Optional<String> key,
      UnaryOperator<@Nullable String> environment,
      Function<S3Prefix, Optional<PrefixSpec>> specs) {
    return open(text, key, false, environment, System::getenv, specs);
  }

  static Opened open(
      String text,
      Optional<String> key,
      boolean make,
      UnaryOperator<@Nullable String> environment) {
    return open(text, key, make, environment, environment, place -> Optional.empty());
  }

  private static Opened open(
      String text,
      Optional<String> key,
      boolean make,
      UnaryOperator<@Nullable String> environment,
      UnaryOperator<@Nullable String> ofPrefixes,
      Function<S3Prefix, Optional<PrefixSpec>> specs) {
    Optional<MasterKey> master = key.map(new MasterKeys(environment)::open);
    RetryingObjectStore objects =
        new RetryingObjectStore(
            objects(text, make, environment), Retries.within(Retries.Limits.STANDARD));
    return new Opened(
        objects,
        ShadowStores.open(
            objects, StoreSettings.DEFAULT.withKey(master), buckets(ofPrefixes, specs)),
        place(text));
  }

  private static Optional<Place> place(String text) {
    if (text.startsWith(FILE)) {
      return Optional.of(Place.of(directory(text)));
    }
    try {
      S3Settings at = S3ObjectStores.settings(URI.create(text), "-", "-", "");
      return Optional.of(new S3Prefix(at.endpoint(), at.bucket(), at.prefix()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Opens prefixes of buckets that points come back to, with credentials of their own if there are
  /// any.
  private static Buckets buckets(
      UnaryOperator<@Nullable String> environment, Function<S3Prefix, Optional<PrefixSpec>> specs) {
    Optional<Credentials> own =
        Optional.ofNullable(environment.apply(BUCKET_ACCESS_KEY))
            .map(given -> new Credentials(BUCKET_ACCESS_KEY, BUCKET_SECRET_KEY));
    PrefixSpec spec =
        new PrefixSpec(
            Optional.ofNullable(environment.apply(REGION)),
            own,
            Versions.COPY,
            true,
            Optional.empty());
    return new S3Buckets(
        place -> specs.apply(place).or(() -> Optional.of(spec)),
        name -> Optional.ofNullable(environment.apply(name)));
  }

  private static ObjectStore objects(
      String text, boolean make, UnaryOperator<@Nullable String> environment) {
    try {
      if (text.startsWith(FILE)) {
        Path directory = directory(text);
        return make
            ? DirectoryObjectStore.open(directory, Clock.systemUTC())
            : DirectoryObjectStore.openExisting(directory, Clock.systemUTC());
      }
      URI url = new URI(text);
      if (S3ObjectStores.understands(url)) {
        return S3ObjectStores.open(
            url,
            key(environment, ACCESS_KEY, "GNOMON_S3_ACCESS_KEY"),
            key(environment, SECRET_KEY, "GNOMON_S3_SECRET_KEY"),
            Optional.ofNullable(environment.apply(REGION)).orElse(""),
            Optional.ofNullable(environment.apply(SESSION_TOKEN))
                .filter(token -> !token.isBlank()));
      }
      throw Failure.wrongUse(
          "--store must be file:DIR or s3+http(s)://host[:port]/bucket[/prefix]: '%s'"
              .formatted(text));
    } catch (IllegalArgumentException | URISyntaxException e) {
      throw Failure.wrongUse("--store: " + e.getMessage());
    }
  }

  /// The path stands as it is, whatever characters a URL would have to escape.
  private static Path directory(String text) {
    String path = text.substring(FILE.length());
    if (path.isEmpty() || path.matches("//[^/].*")) {
      throw new IllegalArgumentException("not of the form file:DIR: '" + text + "'");
    }
    return Path.of(path).toAbsolutePath().normalize();
  }

  private static String key(UnaryOperator<@Nullable String> environment, String... variables) {
    for (String variable : variables) {
      String value = environment.apply(variable);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    throw Failure.failed(
        "credentials for the store are expected in the environment: %s (or %s)"
            .formatted(variables[0], variables[1]));
  }
}
