package dev.gnomon.store.marks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The working files of one run, in a directory of their own. They go when the run is closed; what
/// a killed run left goes when the next one begins. Faults of the disk are UncheckedIOExceptions
/// that name the directory.
public final class Scratch implements AutoCloseable {
  private static final String PREFIX = "gnomon-scratch-";
  private static final String LOCK = "lock";
  private static final Duration UNLOCKED_AGE = Duration.ofHours(1);
  private static final int TRIES = 5;

  private final Path directory;
  private final FileChannel lock;
  private final List<ScratchFile> files = new ArrayList<>();

  private Scratch(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /// Makes a directory below the given one, and deletes what killed runs left there.
  public static Scratch below(Path temporary) {
    try {
      removeAbandoned(temporary);
      for (int attempt = 1; attempt < TRIES; attempt++) {
        Path made = Files.createTempDirectory(temporary, PREFIX);
        FileChannel lock =
            FileChannel.open(
                made.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (locked(lock)) {
          return new Scratch(made, lock);
        }
        lock.close(); // another run took it for abandoned
      }
      throw new IOException("others take every directory that is made");
    } catch (IOException e) {
      throw fault(temporary, e);
    }
  }

  /// An empty file.
  public ScratchFile file(String name) {
    ScratchFile file = new ScratchFile(directory.resolve(name));
    files.add(file);
    return file;
  }

  @Override
  public void close() {
    try {
      for (ScratchFile file : files) {
        file.close();
      }
      delete(directory);
      lock.close();
    } catch (IOException e) {
      throw fault(directory, e);
    }
  }

  static UncheckedIOException fault(Path directory, IOException e) {
    return new UncheckedIOException(
        new IOException(
            "working files in '%s' failed (about 70 bytes are needed for each chunk of the store): %s"
                .formatted(directory, e.getMessage()),
            e));
  }

  private static void removeAbandoned(Path temporary) throws IOException {
    try (DirectoryStream<Path> others = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path other : others) {
        if (isAbandoned(other)) {
          delete(other);
        }
      }
    }
  }

  private static boolean isAbandoned(Path directory) throws IOException {
    try (FileChannel lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
      return locked(lock);
    } catch (NoSuchFileException e) { // just made, or half deleted
      try {
        Instant modified = Files.getLastModifiedTime(directory).toInstant();
        return modified.isBefore(Instant.now().minus(UNLOCKED_AGE));
      } catch (NoSuchFileException gone) {
        return false;
      }
    } catch (java.nio.file.AccessDeniedException e) { // another user's
      return false;
    }
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) { // a run of this process holds it
      return false;
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
      content.forEach(found::add);
    } catch (NoSuchFileException e) {
      return;
    }
    for (Path file : found) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(directory);
  }
}
