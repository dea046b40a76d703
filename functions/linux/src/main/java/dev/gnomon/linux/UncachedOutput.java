package dev.gnomon.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Writes a large file front to back past the page cache (`O_DIRECT`): nothing is copied into pages
/// that the kernel first has to find, what others read stays cached, and little is left for a
/// flush. Whole blocks go that way, the last bytes through the cache; all of them do where a file
/// system can't. What is written is on the device, and durable only after a flush. For one thread.
public final class UncachedOutput implements AutoCloseable {
  /// Below this a copy into the cache is cheaper than waiting for the device.
  public static final long MIN_BYTES = 256 << 10;

  private static final int BLOCK_BYTES = 4096;
  private static final int BUFFER_BYTES = 512 << 10;
  private static final int F_SETFL = 4;
  private static final int O_DIRECT = Kernel.X86 ? 0x4000 : 0x10000;

  /// Buffers that nobody uses now.
  private static final BlockingQueue<MemorySegment> FREE = new ArrayBlockingQueue<>(8);

  private final int file;
  private final String path;
  private @Nullable MemorySegment buffer;
  private int filled;
  private boolean direct;
  private long uncached;

  /// @param file a new one, open for writing at its begin; stays open
  /// @param path what to call it in a fault
  public UncachedOutput(int file, String path) {
    this.file = file;
    this.path = path;
    this.direct = setFlags(O_DIRECT);
  }

  /// Takes bytes; they need not be written before [#finish].
  public void write(byte[] from, int offset, int length) throws IOException {
    MemorySegment to = buffer();
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int part = Math.min(end - at, BUFFER_BYTES - filled);
      MemorySegment.copy(from, at, to, JAVA_BYTE, filled, part);
      filled += part;
      at += part;
      if (filled == BUFFER_BYTES) {
        write(to, 0, filled);
        filled = 0;
      }
    }
  }

  /// Writes what was taken.
  public void finish() throws IOException {
    MemorySegment from = buffer();
    int whole = filled - filled % BLOCK_BYTES;
    write(from, 0, whole);
    throughCache();
    write(from, whole, filled);
    filled = 0;
  }

  /// How many bytes went past the cache.
  public long uncachedBytes() {
    return uncached;
  }

  private void write(MemorySegment from, int begin, int end) throws IOException {
    Kernel kernel = Kernel.ofThread();
    int at = begin;
    while (at < end) {
      long count = kernel.call(Call.WRITE, file, from.address() + at, end - at, 0, 0, 0);
      if (count == -Errno.EINVAL && direct) { // larger blocks, or a short write left them
        throughCache();
        continue;
      }
      if (count <= 0) { // a write of nothing would be tried for ever
        throw Kernel.failed(Call.WRITE, path, count == 0 ? -Errno.EIO : count);
      }
      at += (int) count;
      uncached += direct ? count : 0;
    }
  }

  private void throughCache() throws IOException {
    if (direct) {
      direct = false;
      if (!setFlags(0)) {
        throw new IOException("'" + RawName.display(path) + "' can't be written any more");
      }
    }
  }

  private boolean setFlags(int flags) {
    return Kernel.ofThread().call(Call.FCNTL, file, F_SETFL, flags, 0, 0, 0) == 0;
  }

  private MemorySegment buffer() {
    MemorySegment mine = buffer;
    if (mine == null) {
      mine = FREE.poll();
      if (mine == null) {
        mine = Arena.ofAuto().allocate(BUFFER_BYTES, BLOCK_BYTES);
      }
      buffer = mine;
    }
    return mine;
  }

  /// Gives up the memory. What [#finish] did not write is lost.
  @Override
  public void close() {
    MemorySegment mine = buffer;
    buffer = null;
    if (mine != null) {
      boolean ignored = FREE.offer(mine);
    }
  }
}
