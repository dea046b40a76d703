package dev.gnomon.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.StoreSpec;
import dev.gnomon.core.cells.CellPlace;
import dev.gnomon.core.cells.Finding;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.filesystem.objects.DirectoryCellPlace;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.s3.S3CellPlace;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.s3.S3ObjectStores;
import dev.gnomon.s3.S3Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where a cell of gnomon.yaml has its store, and how to get in.
final class CellAddress implements AutoCloseable {
  /// The roles of docs/policies.
  static final List<String> ROLES =
      List.of(
          "collector",
          "create-only",
          "dead-letters",
          "keys",
          "notify",
          "predict",
          "reader",
          "repairer",
          "rollback",
          "route",
          "serving",
          "shadow",
          "webhooks",
          "writer");

  /// The smallest that S3 takes: a trial need not be larger.
  private static final int PART_BYTES = 5 * 1024 * 1024;

  private final String cell;
  private final CellPlace place;
  private final String shown;
  private final Optional<S3Settings> bucket;
  private final Optional<Path> directory;
  private @Nullable RetryingObjectStore open;

  private CellAddress(
      Cell cell,
      CellPlace place,
      String shown,
      Optional<S3Settings> bucket,
      Optional<Path> directory) {
    this.cell = cell.name().value();
    this.place = place;
    this.shown = shown;
    this.bucket = bucket;
    this.directory = directory;
  }

  /// @throws IllegalArgumentException if the address is none, or credentials are missing
  static CellAddress of(Gnomon top, Cell cell) {
    return of(
        cell,
        top.options.data().resolve("cells").resolve(cell.name().value()),
        name -> Optional.ofNullable(System.getenv(name)));
  }

  /// @param own where a cell without an address has its store
  static CellAddress of(Cell cell, Path own, Function<String, Optional<String>> environment) {
    Optional<StoreSpec> spec = cell.store();
    if (spec.isPresent() && S3ObjectStores.understands(spec.get().url())) {
      S3Settings settings = settings(spec.get(), environment);
      return new CellAddress(
          cell,
          S3CellPlace.open(settings),
          settings.toString(),
          Optional.of(settings),
          Optional.empty());
    }
    Path directory = spec.map(one -> DirectoryObjectStores.directory(one.url())).orElse(own);
    return new CellAddress(
        cell,
        new DirectoryCellPlace(directory),
        "directory " + directory,
        Optional.empty(),
        Optional.of(directory));
  }

  private static S3Settings settings(
      StoreSpec spec, Function<String, Optional<String>> environment) {
    return S3ObjectStores.settings(
            spec.url(),
            key(environment, "access", spec.accessKeyEnv().orElse(StoreUrl.ACCESS_KEY)),
            key(environment, "secret", spec.secretKeyEnv().orElse(StoreUrl.SECRET_KEY)),
            spec.region().orElse(""))
        .withPartBytes(PART_BYTES)
        .withSessionToken(
            spec.accessKeyEnv().isPresent()
                ? Optional.empty()
                : environment.apply(StoreUrl.SESSION_TOKEN).filter(token -> !token.isBlank()));
  }

  private static String key(
      Function<String, Optional<String>> environment, String which, String variable) {
    return environment
        .apply(variable)
        .filter(value -> !value.isBlank())
        .orElseThrow(() ->
            new IllegalArgumentException(
                "its %s key is expected in the environment variable %s"
                    .formatted(which, variable)));
  }

  CellPlace place() {
    return place;
  }

  String shown() {
    return shown;
  }

  ObjectStore open() {
    RetryingObjectStore opened =
        new RetryingObjectStore(
            bucket
                .<ObjectStore>map(S3ObjectStore::open)
                .orElseGet(
                    () -> DirectoryObjectStore.open(directory.orElseThrow(), Clock.systemUTC())),
            Retries.within(Retries.Limits.STANDARD));
    open = opened;
    return opened;
  }

  /// Writes the policies of the roles for this bucket; what stands there stays, also if somebody
  /// has changed it.
  ///
  /// @return empty if it is no bucket
  Optional<Finding> policies(Path into, boolean dry) {
    return bucket.map(settings -> {
      Path own = into.resolve(cell);
      int written = 0;
      int different = 0;
      try {
        for (String role : ROLES) {
          String policy = policy(role, settings);
          Path file = own.resolve(role + ".json");
          if (Files.exists(file)) {
            different += Files.readString(file).equals(policy) ? 0 : 1;
          } else {
            written++;
            if (!dry) {
              Files.createDirectories(own);
              Files.writeString(file, policy);
            }
          }
        }
      } catch (IOException e) {
        return new Finding("policies", Finding.State.FAILED, "can't be written: " + e);
      }
      if (different > 0) {
        return new Finding(
            "policies",
            Finding.State.LEFT,
            "%d documents in %s are not as they would be written, and stay: remove those that are to be written anew; %d that lacked %s"
                .formatted(different, own, written, dry ? "would be written" : "were written"));
      }
      return new Finding(
          "policies",
          written == 0 ? Finding.State.SAME : dry ? Finding.State.WOULD : Finding.State.DONE,
          "%d of %d documents in %s%s"
              .formatted(
                  written == 0 ? ROLES.size() : written,
                  ROLES.size(),
                  own,
                  written == 0 ? " stand" : dry ? " would be written" : " were written"));
    });
  }

  private static String policy(String role, S3Settings settings) throws IOException {
    String resource = "/policies/" + role + ".json";
    try (InputStream in =
        Objects.requireNonNull(CellAddress.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), UTF_8)
          .replace("arn:aws:s3:::BUCKET", "arn:aws:s3:::" + settings.bucket())
          .replace("/PREFIX", "/" + settings.prefix())
          .replace("\"PREFIX*\"", "\"" + settings.prefix() + "*\"");
    }
  }

  @Override
  public void close() {
    place.close();
    RetryingObjectStore opened = open;
    if (opened != null) {
      try {
        opened.close();
      } catch (Exception e) {
        throw new IllegalStateException("the store can't be closed", e);
      }
    }
  }
}
