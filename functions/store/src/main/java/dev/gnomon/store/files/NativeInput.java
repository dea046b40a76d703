package dev.gnomon.store.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// A file that is read by system calls: half of what reading a small file costs otherwise goes into
/// the channel around it. For one thread at a time.
final class NativeInput extends InputStream {
  private final Path path;
  private int fd;

  NativeInput(Path path) throws IOException {
    this.path = path;
    this.fd = FileCalls.openFile(path);
  }

  /// The open file, for calls on it.
  int fd() {
    return fd;
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
      throw new IOException("closed: " + path);
    }
    return FileCalls.read(fd, to, offset, length, path);
  }

  @Override
  public void close() {
    if (fd >= 0) {
      FileCalls.close(fd);
      fd = -1;
    }
  }
}
