package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.files.TooManyAttributesException;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An entry with more extended attributes than a point takes.
class AttributeBoundsTest {
  @TempDir Path temp;
  private Path source = Path.of("");

  private static Decoder entryWith(int values) {
    TreeMap<String, byte[]> attributes = new TreeMap<>();
    for (int i = 0; i < values; i++) {
      attributes.put("user.a" + i, new byte[ManyAttributes.VALUE_BYTES]);
    }
    Entry entry =
        new Entry.FileEntry(
            "file", new Meta(0644, 0, 0, 0, 0, attributes), new ContentRef(0, 0, List.of()));
    return new Decoder(new ByteArrayInputStream(new Encoder().entry(entry).take()));
  }

  @Test
  void aReaderTakesNoMoreThanACaptureWrites() {
    assertThat(entryWith(ManyAttributes.MOST).next())
        .containsInstanceOf(Entry.FileEntry.class)
        .map(entry -> ((Entry.FileEntry) entry).meta().attributes().size())
        .contains(ManyAttributes.MOST);
    assertThatThrownBy(() -> entryWith(ManyAttributes.MOST + 1).next())
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("out of bounds");
  }

  /// Only some file systems hold so many; a tmpfs does.
  @BeforeEach
  void inMemory() throws IOException {
    source = ManyAttributes.directory(temp);
    Files.writeString(source.resolve("fine"), "fine");
    Files.writeString(source.resolve("loaded"), "loaded");
  }

  @AfterEach
  void tidy() {
    ManyAttributes.delete(source);
  }

  @Test
  void aCaptureRefusesAFileWithMoreAndAnUndoPointNamesIt() throws IOException {
    ManyAttributes.load(source.resolve("loaded"), ManyAttributes.MOST);
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    assertThat(store.capture(source).notKept()).isEmpty();
    ManyAttributes.load(source.resolve("loaded"), ManyAttributes.MOST + 1);

    assertThatThrownBy(() -> store.capture(source))
        .hasMessageContaining("can't read '" + source.resolve("loaded") + "': ")
        .hasMessageContaining(ManyAttributes.FAULT);
    Point undo =
        store.capture(StoreFixture.request(source, "undo", PointKind.UNDO, OnChange.RETRY));

    assertThat(undo.notKept())
        .containsExactly(new Point.NotKept("loaded", "can't be read: " + ManyAttributes.FAULT));
  }

  @Test
  void noMoreThanTheBoundIsReadOfThem() throws IOException {
    ManyAttributes.load(source.resolve("loaded"), 4 * ManyAttributes.MOST);
    assumeTrue(
        ManagementFactory.getThreadMXBean() instanceof ThreadMXBean, "nobody counts allocations");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (OpenTree tree = OpenTree.of(source)) {
      EntryAt loaded = tree.root().child("loaded");
      long before = threads.getCurrentThreadAllocatedBytes();

      assertThatThrownBy(() -> loaded.attributes(FileStat.Kind.FILE))
          .isInstanceOf(TooManyAttributesException.class);

      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .isLessThan(2L * Meta.MAX_VALUES_BYTES);
    }
  }
}
