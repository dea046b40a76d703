package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Seal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// One transaction as it is stored: `length:u32 check:u32 body chain[32]`. The check covers length
/// and position, so that a changed length is not taken for an object that was cut short. The body
/// is the sealed form of `codec:u8 raw:u32 payload`.
///
/// @param bytes the object that holds it
/// @param offset of its first byte
/// @param length of its body
record Frame(long position, byte[] bytes, int offset, int length) {
  static final int HEAD_BYTES = 8;

  /// Most bytes of a payload that are written.
  static final int MAX_RAW_BYTES = 24 << 20;

  /// Most bytes of a payload that are read: writers did not keep to the smaller bound always.
  static final int MAX_READ_BYTES = 64 << 20;

  private static final int CODED_HEAD_BYTES = 5;
  private static final int COMPRESS_FROM_BYTES = 200;
  private static final int LEVEL = 1;

  /// Bytes that a frame takes, its chain included.
  int size() {
    return HEAD_BYTES + length + Hash.BYTES;
  }

  int end() {
    return offset + size();
  }

  Hash chain() {
    return Hash.read(ByteBuffer.wrap(bytes, offset + HEAD_BYTES + length, Hash.BYTES));
  }

  /// Whether the body belongs to the chain value before it and gives its own.
  boolean follows(Hash before) {
    return Chain.next(before, bytes, offset + HEAD_BYTES, length).equals(chain());
  }

  void copyTo(ByteBuffer out) {
    out.put(bytes, offset, size());
  }

  /// @throws BlobFault if the body can't be opened or decoded
  TransactionCodec.Payload payload(ResourceName resource, Seal seal) {
    byte[] body = Arrays.copyOfRange(bytes, offset + HEAD_BYTES, offset + HEAD_BYTES + length);
    return TransactionCodec.decode(uncoded(seal.open(body, about(resource, position))));
  }

  /// A frame by itself.
  ///
  /// @throws Refusal if nobody could read it
  static Frame of(
      ResourceName resource,
      long position,
      TransactionCodec.Payload payload,
      Hash before,
      Seal seal) {
    byte[] raw = TransactionCodec.encode(payload);
    if (raw.length > MAX_RAW_BYTES) {
      throw new Refusal(
          "transaction '%s' takes %d bytes before it is compressed, at most %d are possible: split it"
              .formatted(payload.transaction().id(), raw.length, MAX_RAW_BYTES));
    }
    byte[] coded = coded(raw);
    byte[] body = seal.seal(coded, coded.length, about(resource, position));
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + body.length + Hash.BYTES);
    out.putInt(body.length).putInt(check(body.length, position)).put(body);
    Chain.next(before, body, 0, body.length).writeTo(out);
    return new Frame(position, out.array(), 0, body.length);
  }

  /// Length of the body of the frame that begins at an offset.
  ///
  /// @throws BlobFault if the length is not what was written for this position
  static int length(ByteBuffer object, int offset, long position) {
    int length = object.getInt(offset);
    if (length < 1 || object.getInt(offset + Integer.BYTES) != check(length, position)) {
      throw new BlobFault(
          "at byte %d there is no frame of position %d: its length does not have its check"
              .formatted(offset, position));
    }
    return length;
  }

  /// Shortest of the two forms; also used for indexes.
  static byte[] coded(byte[] raw) {
    byte[] content = raw;
    int codec = 0;
    if (raw.length >= COMPRESS_FROM_BYTES) {
      byte[] compressed = Zstd.compress(raw, LEVEL);
      if (compressed.length < raw.length) {
        content = compressed;
        codec = 1;
      }
    }
    return ByteBuffer.allocate(CODED_HEAD_BYTES + content.length)
        .put((byte) codec)
        .putInt(raw.length)
        .put(content)
        .array();
  }

  static byte[] uncoded(byte[] coded) {
    if (coded.length < CODED_HEAD_BYTES) {
      throw new BlobFault("a body is too short");
    }
    ByteBuffer in = ByteBuffer.wrap(coded);
    int codec = in.get();
    int rawBytes = in.getInt();
    byte[] content = Arrays.copyOfRange(coded, CODED_HEAD_BYTES, coded.length);
    if (rawBytes < 0 || rawBytes > MAX_READ_BYTES || codec < 0 || codec > 1) {
      throw new BlobFault("a body of codec %d claims %d bytes".formatted(codec, rawBytes));
    }
    if (codec == 0) {
      if (content.length != rawBytes) {
        throw new BlobFault("a body does not have the length that it claims");
      }
      return content;
    }
    try {
      byte[] raw = new byte[rawBytes];
      long length = Zstd.decompressByteArray(raw, 0, raw.length, content, 0, content.length);
      if (length == rawBytes) {
        return raw;
      }
      throw new BlobFault("a body does not have the length that it claims");
    } catch (ZstdException e) {
      throw new BlobFault("a body can't be decompressed: " + e.getMessage());
    }
  }

  private static byte[] about(ResourceName resource, long position) {
    return ("journal/" + resource + "/" + position).getBytes(UTF_8);
  }

  static int check(int length, long position) {
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(Integer.BYTES + Long.BYTES).putInt(length).putLong(position).flip());
    return (int) crc.getValue();
  }
}
