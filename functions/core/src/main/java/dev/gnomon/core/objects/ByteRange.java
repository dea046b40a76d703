package dev.gnomon.core.objects;

/// A run of bytes of an object.
///
/// @param offset first byte, from 0
/// @param length how many bytes at most; `Long.MAX_VALUE` means to the end
public record ByteRange(long offset, long length) {
  public static final ByteRange ALL = new ByteRange(0, Long.MAX_VALUE);

  public ByteRange {
    if (offset < 0 || length < 1) {
      throw new IllegalArgumentException(
          "byte range needs offset >= 0 and length >= 1: " + offset + "+" + length);
    }
  }

  public boolean toEnd() {
    return length == Long.MAX_VALUE;
  }
}
