package dev.gnomon.store.files;

import java.io.IOException;
import java.io.InputStream;

/// Holes of sparse files: not read, and left out again when they are written.
public final class Holes {
  /// Blocks of zeros that are left out begin at multiples of this.
  private static final int BLOCK_BYTES = 4096;

  private Holes() {}

  /// Has holes of a file given as zeros without being read, where that can be done.
  ///
  /// @param in the open file
  public static InputStream leftOut(InputStream in, FileStat stat) {
    if (in instanceof NativeInput file && stat.isSparse()) {
      file.leaveHolesOut(stat.size());
    }
    return in;
  }

  /// Writes bytes to a new file, leaving out blocks that are zero; [NewFile#end] has to follow.
  public static void write(NewFile file, byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int at = offset;
    int end = offset + length;
    while (at < end) {
      long left = BLOCK_BYTES - (file.position() + at - from) % BLOCK_BYTES;
      int next = (int) Math.min(end, at + left);
      if (isZero(bytes, at, next)) {
        file.write(bytes, from, at - from);
        file.skip(next - at);
        from = next;
      }
      at = next;
    }
    file.write(bytes, from, end - from);
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
