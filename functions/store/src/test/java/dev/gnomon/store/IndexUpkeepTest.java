package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.garbage.CollectLimits;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Index objects are written anew by collections: nothing that they said is forgotten, and nothing
/// is said twice for long.
class IndexUpkeepTest {
  private static final Duration GRACE = Duration.ofHours(2);

  /// One more than may stay side by side.
  private static final int MANY_INDEXES = 65;

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);
  private final StoreParts parts = RootsTest.parts(objects, settings);

  @BeforeEach
  void begin() {
    parts.format().ensureWritable();
  }

  @Test
  void whatTheDamagedIndexObjectOfACaptureUnderWayNamedIsNamedAnew() {
    BlobSession capture = parts.session(Compression.NONE);
    Hash hash = stored(capture, "content");
    ObjectName index = indexes().getFirst();
    objects.damage(index, IndexUpkeepTest::flipped);

    collect(objects);

    assertThat(objects.stat(index)).isEmpty();
    assertThat(parts.holds(capture)).as("so its point may be placed").isTrue();
    BlobTable fresh = parts.newTable();
    assertThat(fresh.all(hash)).as("without a look at trailers").hasSize(1);
    assertThat(indexes()).as("a readable one").hasSize(1).doesNotContain(index);
  }

  @Test
  void anIndexObjectThatAServerGaveWrongOnceStays() {
    stored(parts.session(Compression.NONE), "content");
    ObjectName index = indexes().getFirst();
    boolean[] lied = new boolean[1];
    ObjectStore lying =
        new ForwardingObjectStore(objects) {
          @Override
          public Optional<InputStream> read(ObjectName name, ByteRange range) {
            if (!name.equals(index) || lied[0]) {
              return super.read(name, range);
            }
            lied[0] = true;
            return Optional.of(new ByteArrayInputStream(flipped(bytes(name))));
          }
        };

    collect(lying);

    assertThat(lied[0]).isTrue();
    assertThat(indexes()).containsExactly(index);
  }

  @Test
  void manySmallIndexObjectsBecomeOneHoweverOftenTheMergeIsKilled() {
    for (int i = 0; i < MANY_INDEXES; i++) {
      stored(parts.session(Compression.NONE), "content " + i);
    }
    for (int i = 0; i < 3; i++) {
      FaultInjectingObjectStore dying = new FaultInjectingObjectStore(objects);
      dying.failBefore(Operation.DELETE, 1, ObjectStoreException.Kind.PERMANENT);
      assertThatThrownBy(() -> collect(dying)).hasMessageContaining("injected");
    }

    collect(objects);

    assertThat(indexes()).hasSize(1);
    assertThat(named()).hasSize(MANY_INDEXES).doesNotHaveDuplicates();
  }

  @Test
  void twoIndexObjectsThatNameTheSamePackBecomeOne() {
    for (int i = 0; i < 3; i++) {
      stored(parts.session(Compression.NONE), "content " + i);
    }
    ObjectName copy = Names.index("a-copy");
    objects.put(copy, new ByteArrayInputStream(bytes(indexes().getFirst())));

    collect(objects);

    assertThat(indexes()).hasSize(3).doesNotContain(copy);
    assertThat(named()).hasSize(3).doesNotHaveDuplicates();
    List<ObjectName> before = indexes();
    collect(objects);
    assertThat(indexes()).as("done once").isEqualTo(before);
  }

  /// Both stay: nobody can say which one is right.
  @Test
  void indexObjectsThatContradictEachOtherLoseNothing() {
    stored(parts.session(Compression.NONE), "content");
    ObjectName index = indexes().getFirst();
    PackContents pack = read(index).getFirst();
    PackContents other =
        new PackContents(
            pack.pack(),
            pack.pieces().stream()
                .map(piece ->
                    new PackContents.Piece(
                        Hash.of(new byte[] {7}),
                        piece.offset(),
                        piece.storedBytes(),
                        piece.rawBytes(),
                        piece.codec()))
                .toList());
    ObjectName name = Names.index("another");
    objects.put(
        name, new ByteArrayInputStream(parts.format().get().packs().index(name, List.of(other))));

    collect(objects);

    List<PackContents> all = new ArrayList<>();
    indexes().forEach(each -> all.addAll(read(each)));
    assertThat(all).containsExactlyInAnyOrder(pack, other);
    List<ObjectName> before = indexes();
    collect(objects);
    assertThat(indexes()).isEqualTo(before);
  }

  private void collect(ObjectStore on) {
    new Collector(RootsTest.parts(on, settings), CollectLimits.DEFAULT, directory).collect(GRACE);
  }

  private static Hash stored(BlobSession session, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Hash hash = BlobSession.join(session.store(content, content.length, BlobSession.Kind.DATA));
    session.publish();
    return hash;
  }

  /// The packs that index objects name, one as often as it is named.
  private List<String> named() {
    List<String> named = new ArrayList<>();
    indexes().forEach(index -> read(index).forEach(pack -> named.add(pack.pack())));
    return named;
  }

  private List<PackContents> read(ObjectName index) {
    return parts.format().get().packs().readIndex(index, bytes(index));
  }

  private List<ObjectName> indexes() {
    return objects.names().stream().filter(name -> name.value().startsWith(Names.INDEX)).toList();
  }

  private byte[] bytes(ObjectName name) {
    try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] flipped(byte[] bytes) {
    bytes[20] ^= 4;
    return bytes;
  }
}
