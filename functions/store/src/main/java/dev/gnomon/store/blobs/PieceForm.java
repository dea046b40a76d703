package dev.gnomon.store.blobs;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.blobs.BlobTable.Location;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/// The stored form of one piece of content: compressed if that makes it shorter, then sealed.
///
/// @param version of the stored format; 1 knows neither LZ4 nor seals
public record PieceForm(int version, ContentIds ids, Seal seal) {
  /// By measurement: docs/adr/0014.
  private static final int LEVEL = 2;

  private static final Spare<ZstdCompressCtx> FOLDING =
      new Spare<>(() -> new ZstdCompressCtx().setLevel(LEVEL), ZstdCompressCtx::close);
  private static final Spare<ZstdDecompressCtx> UNFOLDING =
      new Spare<>(ZstdDecompressCtx::new, ZstdDecompressCtx::close);
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /// What goes into a pack.
  ///
  /// @param bytes may be longer than `length`, and belong to the calling thread: valid until it
  ///   asks for the next piece
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Stored(byte[] bytes, int length, Codec codec) {}

  /// What one thread compresses into.
  private static final class Scratch {
    private byte[] buffer = new byte[0];

    byte[] of(int length) {
      if (buffer.length < length) {
        buffer = new byte[length];
      }
      return buffer;
    }
  }

  /// LZ4 is loaded by the first who needs it.
  private static final class Lz4 {
    static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
    static final LZ4SafeDecompressor DECOMPRESSOR = LZ4Factory.fastestInstance().safeDecompressor();

    private Lz4() {}
  }

  public Stored store(Hash id, byte[] content, int length, Compression wanted) {
    Stored plain = compressed(content, length, wanted);
    if (seal.overheadBytes() == 0) {
      return plain;
    }
    byte[] sealed = seal.seal(plain.bytes(), plain.length(), about(id, length, plain.codec()));
    return new Stored(sealed, sealed.length, plain.codec());
  }

  private Stored compressed(byte[] content, int length, Compression wanted) {
    Stored raw = new Stored(content, length, Codec.NONE);
    if (wanted == Compression.NONE || !Trial.promises(content, length)) {
      return raw;
    }
    Codec codec = wanted == Compression.LZ4 && version > 1 ? Codec.LZ4 : Codec.ZSTD;
    boolean fast = codec == Codec.LZ4;
    int most = fast ? Lz4.COMPRESSOR.maxCompressedLength(length) : (int) Zstd.compressBound(length);
    byte[] into = SCRATCH.get().of(most);
    int size =
        fast
            ? Lz4.COMPRESSOR.compress(content, 0, length, into, 0)
            : FOLDING.with(
                zstd -> zstd.compressByteArray(into, 0, into.length, content, 0, length));
    return size < length ? new Stored(into, size, codec) : raw;
  }

  /// Undoes [#store] and checks the content against its name.
  ///
  /// @throws BlobFault if the bytes are not the piece that the place announces
  public byte[] raw(Hash id, Location place, byte[] stored) {
    try (BlobContent content = content(id, place, stored, 0, stored.length, null)) {
      return content.toArray();
    }
  }

  /// Undoes [#store] and checks the content against its name. The content may be a part of the
  /// array that holds its stored form.
  ///
  /// @param memory what to unfold it into; nothing for new memory
  /// @throws BlobFault if the bytes are not the piece that the place announces
  BlobContent content(
      Hash id, Location place, byte[] array, int offset, int length, @Nullable Buffers memory) {
    BlobContent content;
    try {
      if (length != place.storedBytes()) {
        throw new BlobFault("it ends early");
      }
      if (seal.overheadBytes() == 0) {
        content = unfolded(place, array, offset, length, memory);
      } else {
        byte[] sealed = Arrays.copyOfRange(array, offset, offset + length);
        byte[] plain = seal.open(sealed, about(id, place.rawBytes(), place.codec()));
        content = unfolded(place, plain, 0, plain.length, memory);
      }
    } catch (BlobFault | ZstdException | LZ4Exception e) {
      throw damaged(id, place, String.valueOf(e.getMessage()));
    }
    if (!ids.of(content.array(), content.offset(), content.length()).equals(id)) {
      content.close();
      throw damaged(id, place, "its content does not have that hash");
    }
    return content;
  }

  /// Takes no more memory than the place announces, whatever the bytes would unfold to.
  private static BlobContent unfolded(
      Location place, byte[] plain, int offset, int length, @Nullable Buffers memory) {
    int expected = place.rawBytes();
    if (place.codec() == Codec.NONE) {
      requireLength(length, expected);
      return new BlobContent(plain, offset, length, null);
    }
    byte[] raw = memory == null ? new byte[expected] : memory.take(expected);
    BlobContent content = new BlobContent(raw, 0, expected, memory);
    try {
      long found =
          place.codec() == Codec.LZ4
              ? Lz4.DECOMPRESSOR.decompress(plain, offset, length, raw, 0, expected)
              : UNFOLDING.with(
                  zstd -> zstd.decompressByteArray(raw, 0, expected, plain, offset, length));
      requireLength(found, expected);
      return content;
    } catch (BlobFault | ZstdException | LZ4Exception e) {
      content.close();
      throw e;
    }
  }

  private static void requireLength(long found, int expected) {
    if (found != expected) {
      throw new BlobFault("it has %d bytes, expected %d".formatted(found, expected));
    }
  }

  /// Binds a sealed piece to the blob it is: exchanged pieces don't open.
  private static byte[] about(Hash id, int rawBytes, Codec codec) {
    ByteBuffer about = ByteBuffer.allocate(Hash.BYTES + 5);
    id.writeTo(about);
    return about.putInt(rawBytes).put((byte) codec.code()).array();
  }

  private static BlobFault damaged(Hash id, Location place, String why) {
    return new BlobFault(
        "object '%s' does not hold chunk %s at %d+%d: %s"
            .formatted(Names.pack(place.pack()), id, place.offset(), place.storedBytes(), why));
  }
}
