package dev.gnomon.filesystem.objects;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/// A run of bytes of an open file. Owns the channel. Not thread-safe.
final class FileSlice extends InputStream {
  private final FileChannel channel;
  private final Path root;
  private final String name;
  private long position;
  private long left;

  FileSlice(FileChannel channel, long position, long length, Path root, String name) {
    this.channel = channel;
    this.position = position;
    this.left = length;
    this.root = root;
    this.name = name;
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
    int count;
    try {
      count = channel.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, left)), position);
    } catch (IOException e) {
      throw FileFaults.fault(root, "reading '" + name + "'", e);
    }
    if (count < 0) {
      throw new ObjectStoreException(
          Kind.PERMANENT,
          "'%s' in the object store %s is %d bytes shorter than it was"
              .formatted(name, root, left));
    }
    position += count;
    left -= count;
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
