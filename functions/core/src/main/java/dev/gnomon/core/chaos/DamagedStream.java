package dev.gnomon.core.chaos;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.random.RandomGenerator;

/// Bytes with a flipped bit at least in every [#EVERY] of them. Not thread-safe.
final class DamagedStream extends FilterInputStream {
  private static final int EVERY = 4096;

  private final RandomGenerator random;
  private int left;

  DamagedStream(InputStream stream, RandomGenerator random) {
    super(stream);
    this.random = random;
    this.left = 0; // the first byte: what is short is damaged too
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = super.read(buffer, offset, length);
    for (int i = 0; i < count; i++) {
      if (left-- == 0) {
        buffer[offset + i] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        left = random.nextInt(EVERY);
      }
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    // Skipped bytes are not looked at by anybody.
    return super.skip(count);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
