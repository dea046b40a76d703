package dev.gnomon.protect;

import dev.gnomon.core.catalogue.StoreSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.s3.S3ObjectStores;
import java.util.Optional;
import java.util.function.Function;

/// Opens the object store that a cell's URL names: a directory or a bucket of any S3.
public final class CellStoreUrls {
  /// Belongs to the default variables of the keys.
  private static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";

  private final Function<String, Optional<String>> environment;

  /// @param environment variables, for credentials
  public CellStoreUrls(Function<String, Optional<String>> environment) {
    this.environment = environment;
  }

  public static CellStoreUrls ofEnvironment() {
    return new CellStoreUrls(name -> Optional.ofNullable(System.getenv(name)));
  }

  /// @throws IllegalArgumentException if credentials are missing or the URL is none; names the cell
  public ObjectStore open(CellName cell, StoreSpec spec) {
    try {
      if (DirectoryObjectStores.understands(spec.url())) {
        return DirectoryObjectStores.open(spec.url());
      }
      return S3ObjectStores.open(
          spec.url(),
          key("access", spec.accessKeyEnv().orElse("AWS_ACCESS_KEY_ID")),
          key("secret", spec.secretKeyEnv().orElse("AWS_SECRET_ACCESS_KEY")),
          spec.region().orElse(""),
          spec.accessKeyEnv().isPresent() ? Optional.empty() : environment.apply(SESSION_TOKEN));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("cell %s: %s".formatted(cell, e.getMessage()), e);
    }
  }

  private String key(String which, String variable) {
    return environment
        .apply(variable)
        .filter(value -> !value.isBlank())
        .orElseThrow(() ->
            new IllegalArgumentException(
                "its %s key is expected in the environment variable %s"
                    .formatted(which, variable)));
  }
}
