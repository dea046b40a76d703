package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.garbage.CollectLimits;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.store.roots.Root;
import dev.gnomon.store.roots.RootKind;
import dev.gnomon.store.roots.Roots;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kind of root that is registered keeps its blobs alive; nothing else about it is known.
class RootsTest {
  private static final Duration GRACE = Duration.ofHours(2);

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);

  /// Objects that hold one hash.
  private record Notes(ObjectStore objects) implements RootKind {
    @Override
    public String prefix() {
      return "store/notes/";
    }

    @Override
    public String word() {
      return "note";
    }

    @Override
    public Optional<Root> read(ObjectName name) {
      return objects
          .read(name, ByteRange.ALL)
          .map(in -> {
            Hash hash = hash(in);
            ContentRef content = new ContentRef(4, 0, List.of(hash));
            return new Root(
                name, "note " + name, Optional.empty(), walk -> walk.content("note", content));
          });
    }

    private static Hash hash(InputStream in) {
      try (in) {
        byte[] bytes = in.readAllBytes();
        if (bytes.length != Hash.BYTES) {
          throw new BlobFault("a note is damaged");
        }
        return Hash.read(ByteBuffer.wrap(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// The parts of a store as ShadowStores makes them.
  static StoreParts parts(ObjectStore objects, StoreSettings settings) {
    return StoreParts.of(objects, settings, Runnable::run);
  }

  private Collector collector() {
    StoreParts parts = parts(objects, settings);
    List<RootKind> kinds = new ArrayList<>(parts.roots().kinds());
    kinds.add(new Notes(objects));
    return new Collector(
        parts.withRoots(new Roots(objects, kinds)), CollectLimits.DEFAULT, directory);
  }

  private Hash note(String name, String text) {
    StoreParts parts = parts(objects, settings);
    parts.format().ensureWritable();
    BlobSession session = parts.session(Compression.ZSTD);
    byte[] bytes = text.getBytes();
    Hash hash = BlobSession.join(session.store(bytes, bytes.length, BlobSession.Kind.DATA));
    session.publish();
    objects.create(new ObjectName("store/notes/" + name), hash.bytes());
    return hash;
  }

  private void collectForHours() {
    for (int i = 0; i < 3; i++) {
      clock.advance(GRACE.plusMinutes(1));
      collector().collect(GRACE);
    }
  }

  @Test
  void aRegisteredKindOfRootKeepsItsBlobs() {
    Hash kept = note("kept", "kept");
    Hash gone = note("gone", "gone");
    objects.delete(List.of(new ObjectName("store/notes/gone")));

    collectForHours();

    BlobReader reader = parts(objects, settings).reader();
    assertThat(reader.read(kept)).asString().isEqualTo("kept");
    assertThatThrownBy(() -> reader.read(gone)).isInstanceOf(BlobFault.class);
  }

  @Test
  void nothingIsCollectedWhileARootCantBeRead() {
    note("broken", "broken");
    note("dead", "dead");
    objects.delete(List.of(new ObjectName("store/notes/dead")));
    objects.damage(new ObjectName("store/notes/broken"), bytes -> new byte[3]);
    clock.advance(GRACE.plusMinutes(1));

    assertThatThrownBy(() -> collector().collect(GRACE))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("nothing is collected while a note can't be read")
        .hasMessageContaining("store/notes/broken");
    assertThat(objects.names()).noneMatch(name -> name.value().startsWith("store/gc/"));
  }
}
