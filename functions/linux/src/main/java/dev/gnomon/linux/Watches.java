package dev.gnomon.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// inotify(7): tells what happens to the entries of directories.
public final class Watches {
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final short POLLIN = 1;
  private static final long SIGNAL_SET_BYTES = 8;

  private Watches() {}

  /// Makes an instance, which is a descriptor.
  public static int watcher() throws IOException {
    return (int)
        Kernel.ofThread().checked(Call.INOTIFY_INIT1, "", O_NONBLOCK | O_CLOEXEC, 0, 0, 0, 0, 0);
  }

  /// Watches an open directory, wherever it stands by now.
  public static int watch(int watcher, int directory, int mask, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    return (int)
        kernel.checked(
            Call.INOTIFY_ADD_WATCH,
            path,
            watcher,
            kernel.one("/proc/self/fd/" + directory),
            Integer.toUnsignedLong(mask),
            0,
            0,
            0);
  }

  public static void unwatch(int watcher, int watch) {
    long ignored = Kernel.ofThread().call(Call.INOTIFY_RM_WATCH, watcher, watch, 0, 0, 0, 0);
  }

  /// Waits until there is something to read.
  ///
  /// @return whether there is; false also if a signal came
  /// @throws IOException if that can't be asked
  public static boolean await(int file, long millis) throws IOException {
    Kernel kernel = Kernel.ofThread();
    MemorySegment buffer = kernel.small;
    buffer.set(JAVA_INT, 0, file);
    buffer.set(JAVA_SHORT, 4, POLLIN);
    buffer.set(JAVA_SHORT, 6, (short) 0);
    buffer.set(JAVA_LONG, 8, millis / 1000);
    buffer.set(JAVA_LONG, 16, millis % 1000 * 1_000_000);
    long answer =
        kernel.call(Call.PPOLL, buffer.address(), 1, buffer.address() + 8, 0, SIGNAL_SET_BYTES, 0);
    if (answer < 0 && answer != -Errno.EINTR) {
      throw Kernel.failed(Call.PPOLL, "", answer);
    }
    return answer > 0;
  }

  /// Reads what is there now.
  ///
  /// @return bytes read; 0 if nothing is there
  public static int readNow(int file, MemorySegment buffer) throws IOException {
    long answer =
        Kernel.ofThread().call(Call.READ, file, buffer.address(), buffer.byteSize(), 0, 0, 0);
    if (answer < 0 && answer != -Errno.EAGAIN) {
      throw Kernel.failed(Call.READ, "", answer);
    }
    return (int) Math.max(0, answer);
  }
}
