package dev.gnomon.filesystem.objects;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Directories below the root whose entries survive a power cut once they were synced. Thread-safe;
/// other processes may make and remove directories meanwhile.
final class DurableDirectories {
  /// Directories whose own entry is known to be on disk; the oldest is forgotten and synced anew.
  private static final int MAX_KNOWN = 10_000;

  private final Path root;
  private final LongAdder syncs;
  private final Map<Path, Object> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, Object> eldest) {
              return size() > MAX_KNOWN;
            }
          });

  /// @param syncs counts what is written to the disk
  DurableDirectories(Path root, LongAdder syncs) {
    this.root = root;
    this.syncs = syncs;
  }

  /// Makes a directory below the root and all above it, each one durable in its parent.
  ///
  /// @throws NoSuchFileException if the root is gone, or one was removed meanwhile: try again
  void make(Path directory) throws IOException {
    if (directory.equals(root)) {
      return;
    }
    Optional<Object> identity = identity(directory);
    if (identity.isPresent() && identity.get().equals(known.get(directory))) {
      return;
    }
    make(above(directory));
    if (identity.isEmpty()) {
      try {
        Files.createDirectory(directory);
      } catch (FileAlreadyExistsException e) {
        // Another writer was faster; identity() below looks at what it made.
      }
      identity = identity(directory);
    }
    sync(above(directory));
    known.put(directory, identity.orElseThrow(() -> new NoSuchFileException(directory.toString())));
  }

  /// Writes the entries of a directory to the disk.
  void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
      syncs.increment();
    }
  }

  /// Removes a directory and those above it while they are empty. Leaves the root.
  ///
  /// @return the first directory that stays
  Path prune(Path directory) throws IOException {
    Path at = directory;
    while (!at.equals(root)) {
      try {
        Files.delete(at);
      } catch (DirectoryNotEmptyException e) {
        return at;
      } catch (NoSuchFileException e) {
        // Pruned by another; what is above may be empty too.
      }
      known.remove(at);
      at = above(at);
    }
    return root;
  }

  /// The directory that holds a path below the root.
  static Path above(Path path) {
    return Objects.requireNonNull(path.getParent(), "a path below the root has a parent");
  }

  /// What tells this directory from another one of the same path; empty if there is none.
  private Optional<Object> identity(Path directory) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isDirectory()) {
        throw new ObjectStoreException(
            Kind.PERMANENT,
            "'%s' is %s where names of objects need a directory"
                .formatted(directory, attributes.isSymbolicLink() ? "a symbolic link" : "a file"));
      }
      Object key = attributes.fileKey();
      return Optional.of(key == null ? attributes.creationTime() : key);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
