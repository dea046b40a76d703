package dev.gnomon.local.stack;

import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.StoreSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.s3.S3ObjectStores;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/// Opens the object stores of cells: a directory of the stack for a cell without a store, else what
/// its URL says.
final class CellStoreOpener {
  private final Function<CellName, Path> directories;
  private final Function<String, Optional<String>> environment;

  /// @param directories where the store of a local cell is
  /// @param environment variables, for credentials
  CellStoreOpener(
      Function<CellName, Path> directories, Function<String, Optional<String>> environment) {
    this.directories = directories;
    this.environment = environment;
  }

  /// @throws StackException if credentials are missing or the URL is none
  RetryingObjectStore open(Cell cell) {
    try {
      ObjectStore store =
          cell.store()
              .map(spec -> open(cell.name(), spec))
              .orElseGet(() ->
                  DirectoryObjectStore.open(directories.apply(cell.name()), Clock.systemUTC()));
      return new RetryingObjectStore(store, Retries.within(Retries.Limits.STANDARD));
    } catch (IllegalArgumentException e) {
      throw new StackException("cell %s: %s".formatted(cell.name(), e.getMessage()), e);
    }
  }

  private ObjectStore open(CellName cell, StoreSpec spec) {
    if (DirectoryObjectStores.understands(spec.url())) {
      return DirectoryObjectStores.open(spec.url());
    }
    return S3ObjectStores.open(
        spec.url(),
        key(cell, "access", spec.accessKeyEnv().orElse("AWS_ACCESS_KEY_ID")),
        key(cell, "secret", spec.secretKeyEnv().orElse("AWS_SECRET_ACCESS_KEY")),
        spec.region().orElse(""));
  }

  private String key(CellName cell, String which, String variable) {
    return environment
        .apply(variable)
        .filter(value -> !value.isBlank())
        .orElseThrow(() ->
            new StackException(
                "cell %s: its %s key is expected in the environment variable %s"
                    .formatted(cell, which, variable)));
  }
}
