package dev.gnomon.store.capture;

import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.SortedMap;

/// The extended attributes of an entry, if readers of manifests take as many.
final class BoundedAttributes {
  private BoundedAttributes() {}

  /// @throws FileSystemException if their values are too long together
  static SortedMap<String, byte[]> of(EntryAt entry, FileStat stat) throws IOException {
    SortedMap<String, byte[]> attributes = entry.attributes(stat.kind());
    long bytes = attributes.values().stream().mapToLong(value -> value.length).sum();
    if (bytes > Meta.MAX_VALUES_BYTES) {
      throw new FileSystemException(
          entry.toString(),
          null,
          "its %d extended attributes have %d bytes, a point takes %d"
              .formatted(attributes.size(), bytes, Meta.MAX_VALUES_BYTES));
    }
    return attributes;
  }
}
