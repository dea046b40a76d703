package dev.gnomon.store.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Opens regular files for reading.
@FunctionalInterface
public interface SourceFiles {
  /// Never follows a symbolic link.
  SourceFiles DIRECT =
      path ->
          FileCalls.available()
              ? new NativeInput(path)
              : Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);

  /// Reads a file that is open, and closes it.
  ///
  /// @param path what to call it in a fault
  static InputStream ofDescriptor(int file, Path path) {
    return new NativeInput(path, file);
  }

  InputStream open(Path path) throws IOException;
}
