package dev.gnomon.store.files;

import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// A file that is read by system calls: half of what reading a small file costs otherwise goes into
/// the channel around it. For one thread at a time.
final class NativeInput extends InputStream {
  private final Object name;
  private int fd;
  private boolean holes;
  private long position;
  private long holeEnd;
  private long dataEnd;
  private long end;

  /// @param name what to call it in a fault
  NativeInput(Object name, int fd) {
    this.name = name;
    this.fd = fd;
  }

  /// From now on holes are given as zeros without being read.
  ///
  /// @param size of the file
  void leaveHolesOut(long size) {
    end = size;
    holes = true;
  }

  /// @return whether the next bytes are a hole; if not, how far the data goes is known
  private boolean inHole() throws IOException {
    if (position >= holeEnd && position >= dataEnd) {
      long data = FileCalls.data(fd, position, name);
      if (data == FileContent.NOT_KNOWN) {
        holes = false; // this file system does not say where they are
        return false;
      }
      holeEnd = data == FileContent.NO_MORE ? end : data;
      dataEnd = data == FileContent.NO_MORE ? end : FileCalls.hole(fd, data, name);
      FileCalls.position(fd, holeEnd, name);
    }
    return holes && position < holeEnd;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (fd < 0) {
      throw new IOException("closed: " + name);
    }
    if (holes && position < end && inHole()) {
      int zeros = (int) Math.min(length, Math.min(holeEnd, end) - position);
      Arrays.fill(to, offset, offset + zeros, (byte) 0);
      position += zeros;
      return zeros;
    }
    int wanted = holes && position < dataEnd ? (int) Math.min(length, dataEnd - position) : length;
    int count = FileCalls.read(fd, to, offset, wanted, name);
    position += Math.max(0, count);
    return count;
  }

  /// Whether the file surely has no extended attributes.
  boolean hasNoAttributes() {
    return fd >= 0 && FileCalls.hasNoAttributes(fd);
  }

  @Override
  public void close() {
    if (fd >= 0) {
      Descriptors.close(fd);
      fd = -1;
    }
  }
}
