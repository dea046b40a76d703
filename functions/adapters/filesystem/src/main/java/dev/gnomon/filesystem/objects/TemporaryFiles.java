package dev.gnomon.filesystem.objects;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Files that are being written, in `~tmp` below the root: no name of an object has a `~`, so none
/// is ever taken for an object. What a killed process leaves there goes after a while.
final class TemporaryFiles {
  static final String DIRECTORY = "~tmp";

  /// A file that nobody wrote to for this long belongs to nobody.
  static final Duration KEPT = Duration.ofHours(1);

  private final Path directory;

  TemporaryFiles(Path root) {
    this.directory = root.resolve(DIRECTORY);
  }

  Path newName() {
    return directory.resolve(UUID.randomUUID().toString());
  }

  /// Opens a new file for writing.
  FileChannel open(Path file) throws IOException {
    try {
      return create(file);
    } catch (NoSuchFileException e) {
      try {
        Files.createDirectory(directory); // Its entry need not be durable: nothing in it is.
      } catch (FileAlreadyExistsException other) {
        // Another writer was faster.
      }
      return create(file);
    }
  }

  /// Deletes what killed processes left. Only tidies: errors are left to who writes next.
  void tidy(Instant now) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isRegularFile()
            && attributes.lastModifiedTime().toInstant().isBefore(now.minus(KEPT))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // No directory yet, or no right to delete: a reader may have neither.
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }
}
