package dev.gnomon.local.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// Whole lines of a stream, as many as are there, within a bound. Of a line that is longer than
/// that what is behind it is left out.
final class LineChunks {
  static final int BYTES_AT_MOST = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private byte[] rest = new byte[0];
  private boolean skipping;
  private boolean ended;

  LineChunks(InputStream in) {
    this.in = in;
  }

  /// Waits for at least one line.
  ///
  /// @return empty at the end
  byte[] next() throws IOException {
    ByteArrayOutputStream held = new ByteArrayOutputStream();
    held.writeBytes(rest);
    int whole = lastLineEnd(rest, rest.length);
    rest = new byte[0];
    while (!ended && held.size() < BYTES_AT_MOST - BUFFER_BYTES) {
      if (whole > 0 && in.available() == 0) {
        break;
      }
      int read = in.read(buffer);
      if (read < 0) {
        ended = true;
        break;
      }
      int from = skipping ? firstLineEnd(read) : 0;
      if (from < 0) {
        continue;
      }
      skipping = false;
      int end = lastLineEnd(buffer, read);
      if (end > from) {
        whole = held.size() + end - from;
      }
      held.write(buffer, from, read - from);
    }
    byte[] all = held.toByteArray();
    if (ended) {
      return all;
    }
    if (whole == 0) {
      // One line that is too long: its beginning is sent.
      skipping = true;
      all = java.util.Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = '\n';
      return all;
    }
    rest = java.util.Arrays.copyOfRange(all, whole, all.length);
    return java.util.Arrays.copyOf(all, whole);
  }

  /// Behind the last line feed; 0 if there is none.
  private static int lastLineEnd(byte[] bytes, int length) {
    for (int i = length; i > 0; i--) {
      if (bytes[i - 1] == '\n') {
        return i;
      }
    }
    return 0;
  }

  /// Behind the first line feed; -1 if there is none.
  private int firstLineEnd(int length) {
    for (int i = 0; i < length; i++) {
      if (buffer[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }
}
