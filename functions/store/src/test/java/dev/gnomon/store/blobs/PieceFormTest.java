package dev.gnomon.store.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.keys.DataKey;
import java.util.Arrays;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pieces come back as they were, shorter where that pays, and never as anything else.
class PieceFormTest {
  private static final PieceForm FORM = new PieceForm(2, ContentIds.SHA_256, Seal.NONE);

  private final long seed = Long.getLong("gnomon.seed", System.nanoTime());
  private final Random random = new Random(seed);

  PieceFormTest() {
    System.out.println("PieceFormTest: -Dgnomon.seed=" + seed);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void contentOfAnyLengthAndKindComesBack(Compression compression) {
    for (int round = 0; round < 200; round++) {
      byte[] content = content(random.nextInt(round % 10 == 0 ? 1 << 20 : 3000));

      assertThat(roundTrip(FORM, content, compression)).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"ZSTD", "LZ4"})
  void whatShrinksIsCompressedAsAsked(Compression compression) {
    byte[] text = "a line of some log, as there are many\n".repeat(10_000).getBytes();

    PieceForm.Stored stored = FORM.store(Hash.of(text), text, text.length, compression);

    assertThat(stored.codec().name()).isEqualTo(compression.name());
    assertThat(stored.length()).isLessThan(text.length / 20);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void whatDoesNotShrinkIsStoredAsItIs(Compression compression) {
    for (int length : new int[] {0, 1, 100, 10_000, 1 << 20}) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);

      PieceForm.Stored stored = FORM.store(Hash.of(noise), noise, length, compression);

      assertThat(stored.codec()).isEqualTo(Codec.NONE);
      assertThat(stored.length()).isEqualTo(length);
    }
  }

  /// The samples are taken all over a chunk: noise at its beginning decides nothing.
  @Test
  void aChunkOfWhichHalfShrinksIsCompressed() {
    byte[] half = new byte[1 << 20];
    byte[] noise = new byte[1 << 19];
    random.nextBytes(noise);
    System.arraycopy(noise, 0, half, 0, noise.length);

    assertThat(FORM.store(Hash.of(half), half, half.length, Compression.ZSTD).codec())
        .isEqualTo(Codec.ZSTD);
  }

  @Test
  void nothingIsTriedWhereNothingIsAskedFor() {
    byte[] zeros = new byte[100_000];

    PieceForm.Stored stored = FORM.store(Hash.of(zeros), zeros, zeros.length, Compression.NONE);

    assertThat(stored.codec()).isEqualTo(Codec.NONE);
    assertThat(stored.bytes()).isSameAs(zeros);
  }

  @Test
  void versionOneKnowsNoLz4() {
    PieceForm first = new PieceForm(1, ContentIds.SHA_256, Seal.NONE);
    byte[] zeros = new byte[100_000];

    assertThat(first.store(Hash.of(zeros), zeros, zeros.length, Compression.LZ4).codec())
        .isEqualTo(Codec.ZSTD);
    assertThat(roundTrip(first, zeros, Compression.LZ4)).isEqualTo(zeros);
  }

  @Test
  void aBombTakesNoMoreThanItAnnounces() {
    byte[] zeros = new byte[64 << 20];
    byte[] zstd = Zstd.compress(zeros);
    byte[] lz4 = LZ4Factory.safeInstance().fastCompressor().compress(zeros);
    Hash hash = Hash.of(new byte[1000]);

    assertThatThrownBy(() -> FORM.raw(hash, place(zstd.length, 1000, Codec.ZSTD), zstd))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("store/packs/p");
    assertThatThrownBy(() -> FORM.raw(hash, place(lz4.length, 1000, Codec.LZ4), lz4))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("store/packs/p");
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void bytesOfNoPieceAreRefused(Codec codec) {
    for (int round = 0; round < 500; round++) {
      byte[] noise = new byte[1 + random.nextInt(500)];
      random.nextBytes(noise);
      Hash hash = Hash.of(content(100));
      int raw = codec == Codec.NONE ? noise.length : noise.length + 1 + random.nextInt(1000);

      assertThatThrownBy(() -> FORM.raw(hash, place(noise.length, raw, codec), noise))
          .isInstanceOf(BlobFault.class);
    }
  }

  @Test
  void aCutPieceIsRefused() {
    byte[] content = content(5000);
    Hash hash = Hash.of(content);
    PieceForm.Stored stored = FORM.store(hash, content, content.length, Compression.ZSTD);
    Location place = place(stored.length(), content.length, stored.codec());

    assertThatThrownBy(
            () -> FORM.raw(hash, place, Arrays.copyOf(stored.bytes(), stored.length() - 1)))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("it ends early");
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void sealedContentComesBackAndShowsNothing(Compression compression) {
    PieceForm sealed = DataKey.fresh().form(2, FastCdc.DEFAULT).pieceForm();
    for (int round = 0; round < 100; round++) {
      byte[] content = content(random.nextInt(3000));
      Hash id = sealed.ids().of(content);

      assertThat(roundTrip(sealed, content, compression)).isEqualTo(content);
      PieceForm.Stored stored = sealed.store(id, content, content.length, compression);
      PieceForm.Stored plain = FORM.store(id, content, content.length, compression);
      assertThat(stored.length()).isEqualTo(plain.length() + 28);
      assertThat(id).isNotEqualTo(Hash.of(content));
    }
  }

  /// Whoever can write to the store can exchange pieces of equal length, or name one by another's
  /// length or codec.
  @Test
  void sealedPiecesThatChangedPlacesAreRefused() {
    PieceForm sealed = DataKey.fresh().form(2, FastCdc.DEFAULT).pieceForm();
    byte[] one = "one content".getBytes();
    byte[] other = "other stuff".getBytes();
    Hash first = sealed.ids().of(one);
    Hash second = sealed.ids().of(other);
    byte[] stored = sealed.store(first, one, one.length, Compression.NONE).bytes();

    assertThat(sealed.raw(first, place(stored.length, one.length, Codec.NONE), stored))
        .isEqualTo(one);
    assertThatThrownBy(
            () -> sealed.raw(second, place(stored.length, other.length, Codec.NONE), stored))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("its seal is broken");
    assertThatThrownBy(
            () -> sealed.raw(first, place(stored.length, one.length, Codec.ZSTD), stored))
        .hasMessageContaining("its seal is broken");
    assertThatThrownBy(
            () -> sealed.raw(first, place(stored.length, one.length + 1, Codec.NONE), stored))
        .hasMessageContaining("its seal is broken");
    for (int at = 0; at < stored.length; at++) {
      byte[] flipped = stored.clone();
      flipped[at] ^= 1;
      assertThatThrownBy(
              () -> sealed.raw(first, place(stored.length, one.length, Codec.NONE), flipped))
          .hasMessageContaining("its seal is broken");
    }
    assertThatThrownBy(() -> sealed.raw(first, place(27, 0, Codec.NONE), Arrays.copyOf(stored, 27)))
        .hasMessageContaining("too short to be sealed");
  }

  @Test
  void twoSealsOfOneContentDiffer() {
    PieceForm sealed = DataKey.fresh().form(2, FastCdc.DEFAULT).pieceForm();
    byte[] content = content(100);
    Hash id = sealed.ids().of(content);

    assertThat(sealed.store(id, content, 100, Compression.NONE).bytes())
        .isNotEqualTo(sealed.store(id, content, 100, Compression.NONE).bytes());
  }

  private static byte[] roundTrip(PieceForm form, byte[] content, Compression compression) {
    Hash id = form.ids().of(content);
    byte[] room = Arrays.copyOf(content, content.length + 17); // only so many of them count
    PieceForm.Stored stored = form.store(id, room, content.length, compression);
    byte[] kept = Arrays.copyOf(stored.bytes(), stored.length());
    return form.raw(id, place(kept.length, content.length, stored.codec()), kept);
  }

  private static Location place(int stored, int raw, Codec codec) {
    return new Location("p", 0, stored, raw, codec);
  }

  private byte[] content(int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    if (random.nextBoolean()) {
      for (int i = 0; i < length; i++) {
        content[i] &= 3;
      }
    }
    return content;
  }
}
