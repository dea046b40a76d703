package dev.gnomon.local.stack;

import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.TroubledObjectStore;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.CountedObjectStore;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.protect.CellStoreUrls;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// Opens the object stores of cells: a directory of the stack for a cell without a store, else what
/// its URL says.
final class CellStoreOpener {
  private final Function<CellName, Path> directories;
  private final CellStoreUrls urls;

  /// @param directories where the store of a local cell is
  CellStoreOpener(Function<CellName, Path> directories, CellStoreUrls urls) {
    this.directories = directories;
    this.urls = urls;
  }

  /// The store of a cell.
  ///
  /// @param store with retries
  /// @param counted beneath them
  /// @param directory that it is in, if it is a directory of the stack
  record Opened(
      RetryingObjectStore store,
      CountedObjectStore counted,
      Optional<DirectoryObjectStore> directory) {}

  /// @throws StackException if credentials are missing or the URL is none
  Opened open(Cell cell, Injected injected) {
    ObjectStore plain = plain(cell);
    CountedObjectStore counted =
        new CountedObjectStore(TroubledObjectStore.of(cell.name(), plain, injected));
    return new Opened(
        new RetryingObjectStore(counted, Retries.within(Retries.Limits.STANDARD)),
        counted,
        plain instanceof DirectoryObjectStore directory
            ? Optional.of(directory)
            : Optional.empty());
  }

  /// The store as it is, without retries.
  ///
  /// @throws StackException if credentials are missing or the URL is none
  ObjectStore plain(Cell cell) {
    try {
      return cell.store()
          .map(spec -> urls.open(cell.name(), spec))
          .orElseGet(
              () -> DirectoryObjectStore.open(directories.apply(cell.name()), Clock.systemUTC()));
    } catch (IllegalArgumentException e) {
      throw new StackException(Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
    }
  }
}
