package dev.gnomon.filesystem.objects;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.UncachedOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Writes content into a new file: what is large past the page cache where that can be had, for
/// nobody reads a pack soon, and its flush would wait for the cache.
final class ContentWriter {
  private static final int BUFFER_BYTES = (int) UncachedOutput.MIN_BYTES;

  private final Path file;
  private final FileChannel channel;

  /// @param channel of the file, at its begin
  ContentWriter(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static void write(FileChannel channel, ByteBuffer content) throws IOException {
    while (content.hasRemaining()) {
      channel.write(content);
    }
  }

  /// Writes all of a content, not flushed.
  ///
  /// @param name what to call the content in a fault
  /// @return its length
  /// @throws UncheckedIOException if the content can't be read
  long write(InputStream content, String name) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int first = read(content, buffer, name);
    if (first < buffer.length || !Linux.isAvailable()) {
      write(channel, ByteBuffer.wrap(buffer, 0, first));
      return first + (first < buffer.length ? 0 : rest(content, buffer, name));
    }
    try {
      return uncached(content, buffer, name);
    } catch (CallFailed e) {
      throw e.asFileSystemException();
    }
  }

  private long rest(InputStream content, byte[] buffer, String name) throws IOException {
    long copied = 0;
    int count;
    do {
      count = read(content, buffer, name);
      write(channel, ByteBuffer.wrap(buffer, 0, count));
      copied += count;
    } while (count == buffer.length);
    return copied;
  }

  /// @param buffer full of the first bytes
  private long uncached(InputStream content, byte[] buffer, String name) throws IOException {
    String raw = RawName.ofAbsolute(file);
    int descriptor = Descriptors.openToUpdate(Descriptors.HERE, raw, raw);
    try (UncachedOutput output = new UncachedOutput(descriptor, raw)) {
      long copied = 0;
      int count = buffer.length;
      while (count > 0) {
        output.write(buffer, 0, count);
        copied += count;
        count = count < buffer.length ? 0 : read(content, buffer, name);
      }
      output.finish();
      return copied;
    } finally {
      Descriptors.close(descriptor);
    }
  }

  /// Fills the buffer as far as the content goes.
  private static int read(InputStream content, byte[] buffer, String name) {
    int filled = 0;
    try {
      while (filled < buffer.length) {
        int count = content.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
          break;
        }
        filled += count;
      }
      return filled;
    } catch (IOException e) {
      throw new UncheckedIOException("the content of '" + name + "' can't be read", e);
    }
  }
}
