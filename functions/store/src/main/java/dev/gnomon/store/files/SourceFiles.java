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

  InputStream open(Path path) throws IOException;
}
