package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// An entry with more extended attributes than a point takes.
class AttributeBoundsTest {
  private static final int VALUE = 64 << 10;
  private static final int MOST = Meta.MAX_VALUES_BYTES / VALUE;

  private static Decoder entryWith(int values) {
    TreeMap<String, byte[]> attributes = new TreeMap<>();
    for (int i = 0; i < values; i++) {
      attributes.put("user.a" + i, new byte[VALUE]);
    }
    Entry entry =
        new Entry.FileEntry(
            "file", new Meta(0644, 0, 0, 0, 0, attributes), new ContentRef(0, 0, List.of()));
    return new Decoder(new ByteArrayInputStream(new Encoder().entry(entry).take()));
  }

  @Test
  void aReaderTakesNoMoreThanACaptureWrites() {
    assertThat(entryWith(MOST).next())
        .containsInstanceOf(Entry.FileEntry.class)
        .map(entry -> ((Entry.FileEntry) entry).meta().attributes().size())
        .contains(MOST);
    assertThatThrownBy(() -> entryWith(MOST + 1).next())
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("out of bounds");
  }

  /// Only some file systems hold so many; a tmpfs does.
  @Test
  void aCaptureRefusesAFileWithMoreAndAnUndoPointNamesIt() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory), "there is no tmpfs at " + memory);
    Path source = Files.createTempDirectory(memory, "gnomon-attributes-");
    try {
      Files.writeString(source.resolve("fine"), "fine");
      Files.writeString(source.resolve("loaded"), "loaded");
      assumeTrue(load(source, MOST), "this file system keeps no such attributes");
      StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
      assertThat(store.capture(source).notKept()).isEmpty();
      assumeTrue(load(source, MOST + 1), "this file system keeps no such attributes");

      assertThatThrownBy(() -> store.capture(source))
          .hasMessageContaining("loaded")
          .hasMessageContaining("its 129 extended attributes have 8454144 bytes, a point takes");
      Point undo =
          store.capture(StoreFixture.request(source, "undo", PointKind.UNDO, OnChange.RETRY));

      assertThat(undo.notKept())
          .singleElement()
          .extracting(Point.NotKept::toString)
          .asString()
          .contains("loaded", "its 129 extended attributes");
    } finally {
      Trees.shell(memory, "rm -rf '" + source + "'");
    }
  }

  private static boolean load(Path source, int values) throws IOException {
    TreeMap<String, byte[]> wanted = new TreeMap<>();
    for (int i = 0; i < values; i++) {
      wanted.put("trusted.a" + i, new byte[VALUE]);
    }
    try (OpenTree tree = OpenTree.of(source)) {
      return ExtendedAttributes.apply(tree.root().child("loaded"), FileStat.Kind.FILE, wanted)
          .isEmpty();
    }
  }
}
