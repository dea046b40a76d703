package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.Codec;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.PackContents.Piece;
import dev.gnomon.store.blobs.PackFormat;
import dev.gnomon.store.garbage.IndexReplacement;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Indexes that are too big for one object.
class HugeIndexTest {
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreParts parts = RootsTest.parts(objects, StoreSettings.DEFAULT);

  private static PackContents pack(int number, int pieces) {
    Random random = new Random(number);
    List<Piece> all = new ArrayList<>(pieces);
    for (int i = 0; i < pieces; i++) {
      Hash hash =
          new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
      all.add(new Piece(hash, i, 1, 1, Codec.NONE));
    }
    return new PackContents("pack-" + number, all);
  }

  @Test
  void noObjectHasMoreThanTheLimitAndNothingIsLeftOut() throws IOException {
    parts.format().ensureWritable();
    int half = PackFormat.MAX_INDEX_PIECES / 2;
    List<PackContents> packs =
        List.of(pack(1, half), pack(2, half), pack(3, 1), pack(4, half), pack(5, half));

    new IndexReplacement(parts).put(packs);

    List<PackContents> read = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (ObjectName name : objects.names()) {
      if (name.value().startsWith("store/index/")) {
        List<PackContents> one = parts.format().get().packs().readIndex(name, bytes(name));
        sizes.add(one.stream().mapToInt(pack -> pack.pieces().size()).sum());
        read.addAll(one);
      }
    }
    read.sort(Comparator.comparing(PackContents::pack));
    assertThat(read.equals(packs)).as("what was indexed").isTrue();
    assertThat(sizes).hasSize(3).allMatch(size -> size <= PackFormat.MAX_INDEX_PIECES);
  }

  /// Packs are not cut: what lies in one is named in one place.
  @Test
  void aPackOfMoreIsInAnObjectOfItsOwn() throws IOException {
    parts.format().ensureWritable();
    PackContents big = pack(2, PackFormat.MAX_INDEX_PIECES + 1);

    new IndexReplacement(parts).put(List.of(pack(1, 1), big, pack(3, 1)));

    assertThat(objects.names())
        .filteredOn(name -> name.value().startsWith("store/index/"))
        .hasSize(3);
  }

  private byte[] bytes(ObjectName name) throws IOException {
    try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    }
  }
}
