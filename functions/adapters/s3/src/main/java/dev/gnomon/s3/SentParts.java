package dev.gnomon.s3;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/// What the parts of an upload hold, to know it again when an answer was lost. Not thread-safe.
final class SentParts {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final List<Sent> parts = new ArrayList<>();
  private long bytes;

  private record Sent(int length, byte[] sha256) {}

  void add(int length, Digests digests) {
    parts.add(new Sent(length, digests.sha256()));
    bytes += length;
  }

  long bytes() {
    return bytes;
  }

  /// True if a stream has these bytes and no more. Reads it to the end, or to the first part that
  /// is another.
  boolean equal(InputStream stored) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (Sent part : parts) {
      MessageDigest sha256 = Digests.digest("SHA-256");
      int left = part.length();
      while (left > 0) {
        int count = stored.read(buffer, 0, Math.min(left, buffer.length));
        if (count < 0) {
          return false;
        }
        sha256.update(buffer, 0, count);
        left -= count;
      }
      if (!MessageDigest.isEqual(sha256.digest(), part.sha256())) {
        return false;
      }
    }
    return stored.read() < 0;
  }
}
