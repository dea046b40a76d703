package dev.gnomon.store.marks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// One working file: read and written by position, and made when the first byte is written: what
/// fits into memory needs none. For one thread.
public final class ScratchFile {
  private final Path path;
  private @Nullable FileChannel opened;
  private long size;

  ScratchFile(Path path) {
    this.path = path;
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
      FileChannel channel = channel();
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
      FileChannel channel = channel();
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
      close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw Scratch.fault(path, e);
    }
  }

  void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }

  private FileChannel channel() throws IOException {
    if (opened == null) {
      opened =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    }
    return opened;
  }
}
