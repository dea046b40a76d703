package dev.gnomon.filesystem.objects;

import dev.gnomon.core.objects.MeasuredStream;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A run of bytes of an open file. Owns the channel. Not thread-safe.
final class FileSlice extends MeasuredStream {
  private final FileChannel channel;
  private final Path root;
  private final String name;
  private long position;

  FileSlice(FileChannel channel, long position, long length, Path root, String name) {
    super(length);
    this.channel = channel;
    this.position = position;
    this.root = root;
    this.name = name;
  }

  @Override
  protected int some(byte[] buffer, int offset, int length) {
    int count;
    try {
      count = channel.read(ByteBuffer.wrap(buffer, offset, length), position);
    } catch (IOException e) {
      throw FileFaults.fault(root, "reading '" + name + "'", e);
    }
    if (count < 0) {
      throw new ObjectStoreException(
          Kind.PERMANENT,
          "'%s' in the object store %s is %d bytes shorter than it was"
              .formatted(name, root, left()));
    }
    position += count;
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(left(), Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
