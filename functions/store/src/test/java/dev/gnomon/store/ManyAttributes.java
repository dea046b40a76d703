package dev.gnomon.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.RawAttributes;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.OpenTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/// Entries with more extended attributes than a point takes. Only some file systems hold so many; a
/// tmpfs does.
final class ManyAttributes {
  static final int VALUE_BYTES = 64 << 10;

  /// As many values as a point takes.
  static final int MOST = ExtendedAttributes.MAX_VALUES_BYTES / VALUE_BYTES;

  static final String FAULT =
      "its extended attributes have more than 8388608 bytes, the most that a point takes";

  private ManyAttributes() {}

  /// A new directory, on a tmpfs if there is one.
  static Path directory(Path otherwise) throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.createTempDirectory(Files.isWritable(memory) ? memory : otherwise, "gnomon-");
  }

  /// Deletes such a directory and what is beside it under its name.
  static void delete(Path directory) {
    Trees.shell(directory.getParent(), "rm -rf '" + directory + "'*");
  }

  /// Gives an entry so many values. It may have as many as a point takes already.
  static void load(Path entry, int values) throws IOException {
    TreeMap<String, byte[]> wanted = new TreeMap<>();
    for (int i = 0; i < values; i++) {
      wanted.put("trusted.a" + i, new byte[VALUE_BYTES]);
    }
    try (OpenTree tree = OpenTree.of(entry.getParent())) {
      EntryAt at = tree.root().child(entry.getFileName().toString());
      FileStat.Kind kind = at.stat().orElseThrow().kind();
      assumeTrue(
          ExtendedAttributes.apply(at, kind, wanted).isEmpty(),
          "this file system keeps no such attributes, or this user may not set them");
    }
  }

  /// Gives an entry a further attribute.
  static void give(Path entry, String attribute) throws IOException {
    String name = entry.toString();
    try {
      RawAttributes.attribute(Descriptors.HERE, name, attribute, new byte[1], name);
    } catch (CallFailed e) {
      assumeTrue(false, "this file system keeps no such attributes: " + e.getMessage());
    }
  }

  static int count(Path entry) throws IOException {
    return RawAttributes.attributes(
            Descriptors.HERE, entry.toString(), entry.toString(), Long.MAX_VALUE)
        .orElseThrow()
        .size();
  }
}
