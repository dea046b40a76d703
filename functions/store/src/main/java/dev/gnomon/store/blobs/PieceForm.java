package dev.gnomon.store.blobs;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.blobs.BlobTable.Location;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/// The stored form of one piece of content: compressed if that makes it shorter, then sealed.
///
/// @param version of the stored format; 1 knows neither LZ4 nor seals
public record PieceForm(int version, ContentIds ids, Seal seal) {
  /// By measurement: docs/adr/0014.
  private static final int LEVEL = 2;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /// What goes into a pack.
  ///
  /// @param bytes may be longer than `length`, and belong to the calling thread: valid until it
  ///   asks for the next piece
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Stored(byte[] bytes, int length, Codec codec) {}

  /// What one thread compresses with and into.
  private static final class Scratch {
    private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL);
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
    Scratch scratch = SCRATCH.get();
    byte[] into;
    int size;
    if (codec == Codec.LZ4) {
      into = scratch.of(Lz4.COMPRESSOR.maxCompressedLength(length));
      size = Lz4.COMPRESSOR.compress(content, 0, length, into, 0);
    } else {
      into = scratch.of((int) Zstd.compressBound(length));
      size = scratch.zstd.compressByteArray(into, 0, into.length, content, 0, length);
    }
    return size < length ? new Stored(into, size, codec) : raw;
  }

  /// Undoes [#store] and checks the content against its name.
  ///
  /// @throws BlobFault if the bytes are not the piece that the place announces
  public byte[] raw(Hash id, Location place, byte[] stored) {
    byte[] raw;
    try {
      if (stored.length != place.storedBytes()) {
        throw new BlobFault("it ends early");
      }
      byte[] plain = seal.open(stored, about(id, place.rawBytes(), place.codec()));
      raw = decompressed(plain, place);
    } catch (BlobFault | ZstdException | LZ4Exception e) {
      throw damaged(id, place, String.valueOf(e.getMessage()));
    }
    if (!ids.of(raw).equals(id)) {
      throw damaged(id, place, "its content does not have that hash");
    }
    return raw;
  }

  /// Takes no more memory than the place announces, whatever the bytes would unfold to.
  private static byte[] decompressed(byte[] plain, Location place) {
    byte[] raw = place.codec() == Codec.NONE ? plain : new byte[place.rawBytes()];
    long length =
        switch (place.codec()) {
          case NONE -> plain.length;
          case ZSTD -> Zstd.decompressByteArray(raw, 0, raw.length, plain, 0, plain.length);
          case LZ4 -> Lz4.DECOMPRESSOR.decompress(plain, 0, plain.length, raw, 0, raw.length);
        };
    if (length != place.rawBytes()) {
      throw new BlobFault("it has %d bytes, expected %d".formatted(length, place.rawBytes()));
    }
    return raw;
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
