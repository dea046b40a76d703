package dev.gnomon.store.marks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// One working file: read and written by position. For one thread.
public final class ScratchFile {
  private final Path path;
  private final FileChannel channel;
  private long size;

  ScratchFile(Path path) throws IOException {
    this.path = path;
    this.channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  long size() {
    return size;
  }

  /// Adds bytes at the end.
  ///
  /// @return where they begin
  long append(byte[] bytes, int length) {
    long at = size;
    write(at, bytes, length);
    return at;
  }

  void write(long at, byte[] bytes, int length) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer, at + buffer.position());
      }
    } catch (IOException e) {
      throw Scratch.fault(path, e);
    }
    size = Math.max(size, at + length);
  }

  void read(long at, byte[] into, int offset, int length) {
    ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, at + buffer.position() - offset) < 0) {
          throw new EOFException("it ended early");
        }
      }
    } catch (IOException e) {
      throw Scratch.fault(path, e);
    }
  }

  /// Gives the room back before the run ends.
  void drop() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw Scratch.fault(path, e);
    }
  }

  void close() throws IOException {
    channel.close();
  }
}
