package dev.gnomon.store.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.PackContents.Piece;
import dev.gnomon.store.keys.DataKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Trailers and index objects come back as they were, and nothing else is taken for one.
class PackFormatTest {
  private static final ObjectName INDEX = Names.index("one");
  private static final ObjectName PACK = Names.pack("one");

  private final long seed = Long.getLong("gnomon.seed", System.nanoTime());
  private final Random random = new Random(seed);

  PackFormatTest() {
    System.out.println("PackFormatTest: -Dgnomon.seed=" + seed);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anIndexComesBackAsItWas(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    for (int round = 0; round < 20; round++) {
      List<PackContents> packs = packs(version);

      assertThat(format.readIndex(INDEX, format.index(INDEX, packs))).isEqualTo(packs);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTrailerComesBackAsItWas(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    for (int round = 0; round < 20; round++) {
      List<Piece> pieces = pieces(version);

      byte[] trailer = format.trailer(PACK, pieces);

      assertThat(format.trailerBytes(pieces.size())).isEqualTo(trailer.length);
      assertThat(format.trailerBytes(end(trailer))).isEqualTo(trailer.length);
      assertThat(format.readTrailer(PACK, trailer)).isEqualTo(pieces);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyFlippedByteAndEveryCutIsRefused(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    byte[] index = format.index(INDEX, packs(version));
    byte[] trailer = format.trailer(PACK, List.of(piece(version), piece(version)));
    for (int i = 0; i < 300; i++) {
      byte[] flipped = flipped(index, random.nextInt(index.length));
      byte[] cut = Arrays.copyOf(index, random.nextInt(index.length));

      assertThatThrownBy(() -> format.readIndex(INDEX, flipped)).isInstanceOf(BlobFault.class);
      assertThatThrownBy(() -> format.readIndex(INDEX, cut)).isInstanceOf(BlobFault.class);
    }
    for (int at = 0; at < trailer.length; at++) {
      byte[] flipped = flipped(trailer, at);
      assertThatThrownBy(
              () -> {
                if (format.trailerBytes(end(flipped)) != flipped.length) {
                  throw new BlobFault("another length");
                }
                format.readTrailer(PACK, flipped);
              })
          .as("byte " + at)
          .isInstanceOf(BlobFault.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anotherVersionsObjectsAreRefused(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    PackFormat other = new PackFormat(3 - version, Seal.NONE);

    assertThatThrownBy(() -> other.readIndex(INDEX, format.index(INDEX, packs(version))))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("does not begin with the sign of its format");
    assertThatThrownBy(() -> other.trailerBytes(end(format.trailer(PACK, pieces(version)))))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("does not end in the sign of its format");
  }

  /// Whole and well hashed, but saying what can't be.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void falseLengthsAreRefused(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    Hash hash = Hash.of(new byte[] {1});
    List<Piece> pieces = new ArrayList<>();
    pieces.add(new Piece(hash, -1, 10, 20, Codec.ZSTD));
    pieces.add(new Piece(hash, 0, -10, 20, Codec.ZSTD));
    pieces.add(new Piece(hash, 0, 10, -20, Codec.ZSTD));
    pieces.add(new Piece(hash, 0, 10, PackFormat.MAX_BLOB_BYTES + 1, Codec.ZSTD));
    pieces.add(new Piece(hash, 0, Integer.MAX_VALUE, 20, Codec.ZSTD));
    pieces.add(new Piece(hash, Integer.MAX_VALUE - 5, 10, 20, Codec.ZSTD));
    if (version > 1) {
      pieces.add(new Piece(hash, 0, 10, 20, Codec.NONE));
      pieces.add(new Piece(hash, 0, 21, 20, Codec.ZSTD));
      pieces.add(new Piece(hash, 0, 20, 20, Codec.LZ4));
      pieces.add(new Piece(hash, 0, 0, 20, Codec.LZ4));
    }
    for (Piece piece : pieces) {
      byte[] trailer = format.trailer(PACK, List.of(piece));
      byte[] index = format.index(INDEX, List.of(new PackContents("p", List.of(piece))));

      assertThatThrownBy(() -> format.readTrailer(PACK, trailer))
          .as("%s", piece)
          .isInstanceOf(BlobFault.class)
          .hasMessageMatching("it holds a (length|piece).*");
      assertThatThrownBy(() -> format.readIndex(INDEX, index))
          .as("%s", piece)
          .isInstanceOf(BlobFault.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aPackThatAnnouncesALongTrailerIsRefusedBeforeMemoryIsTaken(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    for (int announced : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 300 << 20}) {
      byte[] end = end(format.trailer(PACK, List.of()));
      ByteBuffer.wrap(end).putInt(end.length - 12, announced);

      assertThatThrownBy(() -> format.trailerBytes(end))
          .isInstanceOf(BlobFault.class)
          .hasMessageContaining("announces a length out of bounds: " + announced);
    }
  }

  /// 200 MiB of zeros take a few KiB: they are refused by what is announced, and where less is
  /// announced than comes out, by what comes out.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anIndexThatUnfoldsToFarMoreThanItsSizeIsRefused(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    byte[] bomb = Zstd.compress(new byte[200 << 20]);

    assertThatThrownBy(() -> format.readIndex(INDEX, index(version, 200 << 20, bomb)))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("announces " + (200 << 20) + " bytes");
    assertThatThrownBy(() -> format.readIndex(INDEX, index(version, 1000, bomb)))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("can't be decompressed");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anIndexThatGoesOnOrNamesNoPackIsRefused(int version) {
    PackFormat format = new PackFormat(version, Seal.NONE);
    byte[] longer = Zstd.compress(new byte[12]);

    assertThatThrownBy(() -> format.readIndex(INDEX, index(version, 12, longer)))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("goes on after its last pack");
    for (String id : List.of("../points/x", "", "a/b", "a b", "x".repeat(65))) {
      byte[] index = format.index(INDEX, List.of(new PackContents(id, List.of())));
      assertThatThrownBy(() -> format.readIndex(INDEX, index)).isInstanceOf(BlobFault.class);
    }
  }

  @Test
  void sealedListsOpenUnderTheirOwnNameOnly() {
    PackFormat sealed = DataKey.fresh().form(2, FastCdc.DEFAULT).packs();
    byte[] content = new byte[20];
    List<Piece> pieces = List.of(new Piece(Hash.of(content), 0, 128, 100, Codec.NONE));
    List<PackContents> packs = List.of(new PackContents("one", pieces));
    byte[] trailer = sealed.trailer(PACK, pieces);
    byte[] index = sealed.index(INDEX, packs);

    assertThat(sealed.trailerBytes(end(trailer))).isEqualTo(trailer.length);
    assertThat(sealed.trailerBytes(1)).isEqualTo(trailer.length);
    assertThat(sealed.readTrailer(PACK, trailer)).isEqualTo(pieces);
    assertThat(sealed.readIndex(INDEX, index)).isEqualTo(packs);
    assertThatThrownBy(() -> sealed.readTrailer(Names.pack("two"), trailer))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("belongs elsewhere");
    assertThatThrownBy(() -> sealed.readIndex(Names.index("two"), index))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("belongs elsewhere");
    PackFormat plain = new PackFormat(2, Seal.NONE);
    assertThatThrownBy(() -> sealed.readIndex(INDEX, plain.index(INDEX, packs)))
        .as("written by somebody without the key")
        .isInstanceOf(BlobFault.class);
    assertThatThrownBy(() -> sealed.readTrailer(PACK, plain.trailer(PACK, pieces)))
        .isInstanceOf(BlobFault.class);
  }

  private static byte[] index(int version, int size, byte[] body) {
    ByteBuffer out = ByteBuffer.allocate(12 + body.length + Hash.BYTES);
    out.put("GNINDX0%d".formatted(version).getBytes()).putInt(size).put(body);
    Hash.of(out.array(), 0, out.position()).writeTo(out);
    return out.array();
  }

  private List<PackContents> packs(int version) {
    List<PackContents> packs = new ArrayList<>();
    for (int i = 1 + random.nextInt(20); i > 0; i--) {
      packs.add(new PackContents(new UUID(random.nextLong(), i).toString(), pieces(version)));
    }
    return packs;
  }

  private List<Piece> pieces(int version) {
    List<Piece> pieces = new ArrayList<>();
    for (int p = 1 + random.nextInt(100); p > 0; p--) {
      pieces.add(piece(version));
    }
    return pieces;
  }

  private Piece piece(int version) {
    byte[] content = new byte[9];
    random.nextBytes(content);
    int raw = 2 + random.nextInt(PackFormat.MAX_BLOB_BYTES - 1);
    Codec codec = Codec.of(random.nextInt(version + 1));
    int stored = codec == Codec.NONE ? raw : 1 + random.nextInt(raw - 1);
    return new Piece(Hash.of(content), random.nextInt(1 << 24), stored, raw, codec);
  }

  private byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  private static byte[] end(byte[] trailer) {
    return Arrays.copyOfRange(
        trailer, trailer.length - PackFormat.TRAILER_END_BYTES, trailer.length);
  }
}
