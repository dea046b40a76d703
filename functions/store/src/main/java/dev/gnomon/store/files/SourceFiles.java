package dev.gnomon.store.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Opens regular files for reading.
@FunctionalInterface
public interface SourceFiles {
  /// Never follows a symbolic link.
  SourceFiles DIRECT = EntryAt::open;

  InputStream open(EntryAt file) throws IOException;

  /// A file that is open by a descriptor, which is closed with it.
  ///
  /// @param path what to call it in a fault
  static InputStream ofDescriptor(int descriptor, Path path) {
    return new NativeInput(path, descriptor);
  }
}
