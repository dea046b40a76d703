package dev.gnomon.filesystem.objects;

import static dev.gnomon.filesystem.objects.DurableDirectories.above;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.TakenName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// An object store in a directory of this machine. Thread-safe; several processes may share it.
///
/// An object is written to a temporary file, fsynced, given its name by link(2), which never
/// replaces, and its directory fsynced: then it is there for everybody and survives a power cut.
/// Symbolic links below the root are not followed. A root that is gone or was replaced after
/// opening (unmounted) is a TRANSIENT fault, never an empty store.
public final class DirectoryObjectStore implements ObjectStore {
  private static final int MAX_PAGE = 1000;

  /// Tries of a write whose directory is pruned by concurrent deletes each time.
  private static final int MAX_TRIES = 1000;

  private final Path root;
  private final Object rootKey;
  private final Clock clock;
  private final DurableDirectories directories;
  private final TemporaryFiles temporaries;
  private final LongAdder syncs = new LongAdder();

  private DirectoryObjectStore(Path root, Clock clock) throws IOException {
    this.root = root.toRealPath();
    this.rootKey = key(this.root);
    this.clock = clock;
    this.directories = new DurableDirectories(this.root, syncs);
    this.temporaries = new TemporaryFiles(this.root);
    temporaries.tidy(clock.instant());
  }

  /// Opens the store in a directory, made if it is not there.
  ///
  /// @throws ObjectStoreException PERMANENT if it can't be made or is no directory
  public static DirectoryObjectStore open(Path root, Clock clock) {
    try {
      Files.createDirectories(root);
      return new DirectoryObjectStore(root, clock);
    } catch (FileAlreadyExistsException e) {
      throw new ObjectStoreException(
          Kind.PERMANENT, "the object store '" + root + "' is not a directory", e);
    } catch (IOException e) {
      throw FileFaults.fault(root, "opening", e);
    }
  }

  /// Opens the store in a directory that must be there.
  ///
  /// @throws ObjectStoreException PERMANENT if it is not
  public static DirectoryObjectStore openExisting(Path root, Clock clock) {
    if (!Files.isDirectory(root)) {
      throw new ObjectStoreException(
          Kind.PERMANENT, "there is no directory '" + root + "' to be an object store");
    }
    return open(root, clock);
  }

  /// How many files and directories were written to the disk for it (fsync).
  public long syncs() {
    return syncs.sum();
  }

  /// Where the objects are.
  public Path root() {
    return root;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    Path target = path(name);
    Path temporary = temporaries.newName();
    try {
      if (isTaken(name, target)) {
        return alreadyExists(target);
      }
      try (FileChannel channel = temporaries.open(temporary)) {
        ContentWriter.write(channel, ByteBuffer.wrap(content));
        channel.force(true);
        syncs.increment();
      }
      return named(name, target, temporary);
    } catch (IOException e) {
      throw FileFaults.fault(root, "creating '" + name + "'", e);
    } finally {
      discard(temporary);
    }
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    Path target = path(name);
    Path temporary = temporaries.newName();
    requireRoot();
    try {
      long stored;
      try (FileChannel channel = temporaries.open(temporary)) {
        stored = new ContentWriter(temporary, channel).write(content, name.value());
        channel.force(true);
        syncs.increment();
      }
      for (int attempt = 1; ; attempt++) {
        if (named(name, target, temporary) instanceof Creation.Created
            || isSame(name, target, temporary)) {
          return stored;
        }
        pruned(attempt, new NoSuchFileException(target.toString()));
      }
    } catch (IOException e) {
      throw FileFaults.fault(root, "storing '" + name + "'", e);
    } finally {
      discard(temporary);
    }
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    Path path = path(name);
    try {
      Optional<BasicFileAttributes> attributes = attributes(path);
      if (attributes.isEmpty()) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      try {
        long rest = Math.max(0, channel.size() - range.offset());
        return Optional.of(
            new FileSlice(
                channel, range.offset(), Math.min(rest, range.length()), root, name.value()));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw FileFaults.fault(root, "reading '" + name + "'", e);
    }
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    try {
      return attributes(path(name))
          .map(a -> new ObjectStat(name, a.size(), a.lastModifiedTime().toInstant()));
    } catch (IOException e) {
      throw FileFaults.fault(root, "looking at '" + name + "'", e);
    }
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_PAGE + ": " + limit);
    }
    try {
      List<ObjectStat> found = DirectoryListing.of(root, prefix, after, limit + 1);
      if (found.isEmpty()) {
        requireRoot();
      }
      return found.size() <= limit
          ? new ObjectPage(found, Optional.empty())
          : new ObjectPage(found.subList(0, limit), Optional.of(found.get(limit - 1).name()));
    } catch (IOException e) {
      throw FileFaults.fault(root, "listing '" + prefix + "'", e);
    }
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    Set<Path> touched = new LinkedHashSet<>();
    try {
      for (ObjectName name : names) {
        Path path = path(name);
        if (attributes(path).isPresent()) {
          try {
            Files.deleteIfExists(path);
          } catch (DirectoryNotEmptyException e) {
            continue; // Replaced by a directory since: not an object.
          }
          touched.add(above(path));
        }
      }
      Set<Path> kept = new LinkedHashSet<>();
      for (Path directory : touched) {
        kept.add(directories.prune(directory));
      }
      for (Path directory : kept) {
        syncIfThere(directory);
      }
    } catch (IOException e) {
      throw FileFaults.fault(root, "deleting", e);
    }
  }

  @Override
  public Instant time() {
    return clock.instant();
  }

  private Path path(ObjectName name) {
    return root.resolve(name.value());
  }

  /// An object's attributes; empty if there is no object (nothing, a directory, a link).
  private Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      requireNoLink(above(path));
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? Optional.of(attributes) : Optional.empty();
    } catch (NoSuchFileException e) {
      requireRoot();
      return Optional.empty();
    } catch (FileSystemException e) {
      if (isBelowAFile(path)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Gives a written file its name, if that is free.
  private Creation named(ObjectName name, Path target, Path temporary) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        directories.make(above(target));
        Files.createLink(target, temporary);
        directories.sync(above(target));
        return new Creation.Created();
      } catch (NoSuchFileException e) {
        pruned(attempt, e);
      } catch (FileAlreadyExistsException e) {
        if (isTaken(name, target)) {
          return alreadyExists(target);
        }
        pruned(attempt, e); // Deleted since: the name is free again.
      }
    }
  }

  /// True if a taken name holds what was to be stored: a file server's answer was lost. False if it
  /// was deleted since.
  private boolean isSame(ObjectName name, Path target, Path temporary) throws IOException {
    try {
      if (Files.mismatch(target, temporary) < 0) {
        return true;
      }
      throw TakenName.fault(
          "storing '%s' in the object store %s".formatted(name, root),
          Files.size(temporary),
          Files.size(target));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private boolean isTaken(ObjectName name, Path target) throws IOException {
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new ObjectStoreException(
          Kind.PERMANENT,
          "'" + name + "' is the beginning of other names, so it can't be an object");
    }
    return attributes(target).isPresent();
  }

  /// Who is told that a name is taken may act on it: it must not vanish in a power cut.
  private Creation alreadyExists(Path target) throws IOException {
    syncIfThere(above(target));
    return new Creation.AlreadyExists();
  }

  private void syncIfThere(Path directory) throws IOException {
    try {
      directories.sync(directory);
    } catch (NoSuchFileException e) {
      // Pruned, which the sync of the directory above makes durable.
    }
  }

  private void requireNoLink(Path directory) throws IOException {
    if (!directory.toRealPath().equals(directory)) {
      throw new ObjectStoreException(
          Kind.PERMANENT,
          "a symbolic link leads '%s' out of the object store %s".formatted(directory, root));
    }
  }

  private boolean isBelowAFile(Path path) {
    for (Path at = above(path); !at.equals(root); at = above(at)) {
      if (Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
        return true;
      }
    }
    return false;
  }

  /// An absent object is only believed while the root is what was opened.
  private void requireRoot() {
    try {
      if (key(root).equals(rootKey)) {
        return;
      }
    } catch (IOException e) {
      throw gone(e);
    }
    throw gone(new NoSuchFileException(root.toString(), null, "replaced by another directory"));
  }

  private ObjectStoreException gone(IOException e) {
    return new ObjectStoreException(
        Kind.TRANSIENT,
        "the object store's directory '%s' is gone: is it mounted?".formatted(root),
        e);
  }

  /// Device and inode; the path where a file system has no such thing.
  private static Object key(Path directory) throws IOException {
    Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    return key == null ? directory : key;
  }

  private void pruned(int attempt, IOException e) throws IOException {
    requireRoot();
    if (attempt == MAX_TRIES) {
      throw e;
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // It goes with what killed processes leave; the outcome of the call stands.
    }
  }
}
