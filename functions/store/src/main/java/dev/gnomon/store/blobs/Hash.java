package dev.gnomon.store.blobs;

import dev.gnomon.core.ids.ContentHash;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of a blob, as four longs: a compact key of big maps.
public record Hash(long a, long b, long c, long d) {
  public static final int BYTES = 32;
  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Hash::sha256);

  public static Hash of(byte[] content, int offset, int length) {
    MessageDigest digest = DIGEST.get();
    digest.update(content, offset, length);
    return read(ByteBuffer.wrap(digest.digest()));
  }

  public static Hash of(byte[] content) {
    return of(content, 0, content.length);
  }

  /// Takes the next 32 bytes.
  public static Hash read(ByteBuffer from) {
    return new Hash(from.getLong(), from.getLong(), from.getLong(), from.getLong());
  }

  public byte[] bytes() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    writeTo(buffer);
    return buffer.array();
  }

  public void writeTo(ByteBuffer buffer) {
    buffer.putLong(a).putLong(b).putLong(c).putLong(d);
  }

  public ContentHash toContentHash() {
    return new ContentHash(toString());
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a); // already uniform
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
