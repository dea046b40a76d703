package dev.gnomon.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Owner, mode, time and flags of entries. `path` is what to call an entry in a fault.
public final class Inodes {
  /// Nobody may change it, not even root (`chattr +i`).
  public static final int FS_IMMUTABLE_FL = 0x10;

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int W_OK = 2;
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final long FS_IOC_GETFLAGS = 0x80086601L;
  private static final long FS_IOC_SETFLAGS = 0x40086602L;

  private Inodes() {}

  /// Sets owner and group of an entry, of a symbolic link itself.
  public static void owner(int at, String name, int uid, int gid, String path) throws IOException {
    owner(at, name, uid, gid, AT_SYMLINK_NOFOLLOW, path);
  }

  /// Sets owner and group of an open file.
  public static void owner(int file, int uid, int gid, String path) throws IOException {
    owner(file, "", uid, gid, AT_EMPTY_PATH, path);
  }

  private static void owner(int at, String name, int uid, int gid, int flags, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored =
        kernel.checked(
            Call.FCHOWNAT,
            path,
            at,
            kernel.one(name),
            Integer.toUnsignedLong(uid),
            Integer.toUnsignedLong(gid),
            flags,
            0);
  }

  /// Sets the permission bits of an entry that is no symbolic link. What a symbolic link names that
  /// comes to stand there is never changed: the entry is held first, and reached through /proc.
  public static void permissions(int at, String name, int mode, String path) throws IOException {
    int held = Descriptors.hold(at, name, path);
    try {
      if (Stat.of(held, path).isSymlink()) {
        throw Kernel.failed(Call.FCHMODAT, path, -Errno.EOPNOTSUPP);
      }
      Kernel kernel = Kernel.ofThread();
      long ignored =
          kernel.checked(
              Call.FCHMODAT,
              path,
              Kernel.AT_FDCWD,
              kernel.one("/proc/self/fd/" + held),
              mode,
              0,
              0,
              0);
    } finally {
      Descriptors.close(held);
    }
  }

  /// Whether this process may write to an entry that is no symbolic link.
  public static boolean isWritable(int at, String name) throws IOException {
    Kernel kernel = Kernel.ofThread();
    return kernel.call(Call.FACCESSAT, at, kernel.one(name), W_OK, 0, 0, 0) == 0;
  }

  /// Sets the permission bits of an open file.
  public static void permissions(int file, int mode, String path) throws IOException {
    long ignored = Kernel.ofThread().checked(Call.FCHMOD, path, file, mode, 0, 0, 0, 0);
  }

  /// Sets the modification time of an entry, of a symbolic link itself.
  public static void time(int at, String name, long seconds, int nanos, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored =
        kernel.checked(
            Call.UTIMENSAT,
            path,
            at,
            kernel.one(name),
            times(kernel, seconds, nanos),
            AT_SYMLINK_NOFOLLOW,
            0,
            0);
  }

  /// Sets the modification time of an open file.
  public static void time(int file, long seconds, int nanos, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored =
        kernel.checked(Call.UTIMENSAT, path, file, 0, times(kernel, seconds, nanos), 0, 0, 0);
  }

  private static long times(Kernel kernel, long seconds, int nanos) {
    MemorySegment times = kernel.small;
    times.set(JAVA_LONG, 0, 0);
    times.set(JAVA_LONG, 8, UTIME_OMIT);
    times.set(JAVA_LONG, 16, seconds);
    times.set(JAVA_LONG, 24, nanos);
    return times.address();
  }

  /// Flags of a directory, as `lsattr` shows them.
  public static int flags(Path directory) throws IOException {
    int open = Descriptors.openDirectory(directory);
    try {
      return flags(open, RawName.ofAbsolute(directory));
    } finally {
      Descriptors.close(open);
    }
  }

  /// Sets or clears flags of a directory and leaves the others as they are.
  public static void setFlags(Path directory, int mask, boolean on) throws IOException {
    String path = RawName.ofAbsolute(directory);
    int open = Descriptors.openDirectory(directory);
    try {
      int before = flags(open, path);
      int after = on ? before | mask : before & ~mask;
      if (after != before) {
        Kernel kernel = Kernel.ofThread();
        kernel.small.set(JAVA_INT, 0, after);
        long ignored =
            kernel.checked(
                Call.IOCTL, path, open, FS_IOC_SETFLAGS, kernel.small.address(), 0, 0, 0);
      }
    } finally {
      Descriptors.close(open);
    }
  }

  private static int flags(int open, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    kernel.small.set(JAVA_LONG, 0, 0);
    long ignored =
        kernel.checked(Call.IOCTL, path, open, FS_IOC_GETFLAGS, kernel.small.address(), 0, 0, 0);
    return kernel.small.get(JAVA_INT, 0);
  }
}
