package dev.gnomon.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/// Memory of one part of a stream, grown as it fills: short streams stay cheap. Not thread-safe.
final class PartBuffer {
  private static final int FIRST_BYTES = 256 * 1024;

  private final InputStream content;
  private final int partBytes;
  private final String what;
  private byte[] bytes;
  private int length;

  PartBuffer(InputStream content, int partBytes, String what) {
    this.content = content;
    this.partBytes = partBytes;
    this.what = what;
    this.bytes = new byte[Math.min(FIRST_BYTES, partBytes)];
  }

  /// Reads the next part.
  ///
  /// @return true if it is full, so that more may follow
  /// @throws UncheckedIOException if the stream can't be read
  boolean fill() {
    length = 0;
    try {
      while (length < partBytes) {
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, (int) Math.min(partBytes, 2L * bytes.length));
        }
        int count = content.read(bytes, length, bytes.length - length);
        if (count < 0) {
          return false;
        }
        length += count;
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("%s failed: its content can't be read".formatted(what), e);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
