package dev.gnomon.store.files;

import java.io.IOException;
import java.io.InputStream;

/// Opens regular files for reading.
@FunctionalInterface
public interface SourceFiles {
  /// Never follows a symbolic link.
  SourceFiles DIRECT = EntryAt::open;

  InputStream open(EntryAt file) throws IOException;

  /// A file that is open by a descriptor, which is closed with it.
  ///
  /// @param name what to call it in a fault
  static InputStream ofDescriptor(int descriptor, String name) {
    return new NativeInput(name, descriptor);
  }
}
