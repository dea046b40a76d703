package dev.gnomon.core.objects;

import java.io.InputStream;
import java.util.Objects;

/// A stream of as many bytes as were announced, for adapters; ending early is a fault of theirs.
/// Not thread-safe.
public abstract class MeasuredStream extends InputStream {
  private long left;

  /// @param length bytes, at least 0
  protected MeasuredStream(long length) {
    this.left = length;
  }

  /// Reads some of the bytes that are left.
  ///
  /// @param length 1 to [#left()]
  /// @return how many were read, at least 1
  /// @throws ObjectStoreException if there are none, or they can't be read
  protected abstract int some(byte[] buffer, int offset, int length);

  /// Bytes that were announced and not read yet.
  protected final long left() {
    return left;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int count = some(buffer, offset, (int) Math.min(length, left));
    left -= count;
    return count;
  }
}
