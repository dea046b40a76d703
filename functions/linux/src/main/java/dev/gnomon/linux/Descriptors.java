package dev.gnomon.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Opens files and directories, relative to an open directory, and closes them. No symbolic link is
/// followed at the end of a name. `path` is what to call it in a fault.
public final class Descriptors {
  /// In the place of an open directory: names beside it are whole paths.
  public static final int HERE = Kernel.AT_FDCWD;

  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_NONBLOCK = 0x800; // a fifo in the place of a file must not hold us up
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_DIRECTORY = Kernel.X86 ? 0x10000 : 0x4000;
  private static final int O_NOFOLLOW = Kernel.X86 ? 0x20000 : 0x8000;
  private static final int O_PATH = 0x200000;
  private static final int OWN_MODE = 0600;

  /// How long a file is waited for that another program holds a lease of. To ask begins the
  /// kernel's time for giving it up, which is 45 s (`/proc/sys/fs/lease-break-time`).
  private static final Duration LEASE_LIMIT = Duration.ofSeconds(60);

  private static final Duration LEASE_PAUSE = Duration.ofMillis(50);

  private Descriptors() {}

  /// Opens a directory for listing and as a starting point.
  public static int openDirectory(Path directory) throws IOException {
    String raw = RawName.ofAbsolute(directory);
    return openDirectory(HERE, raw, raw);
  }

  public static int openDirectory(int at, String name, String path) throws IOException {
    return open(at, name, O_DIRECTORY | O_NOFOLLOW, OWN_MODE, path);
  }

  /// Opens a directory as a starting point only, which needs no right to list it.
  public static int holdDirectory(int at, String name, String path) throws IOException {
    return open(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, OWN_MODE, path);
  }

  /// Opens an entry of any kind, a symbolic link itself, for nothing but to hold it.
  static int hold(int at, String name, String path) throws IOException {
    return open(at, name, O_PATH | O_NOFOLLOW, OWN_MODE, path);
  }

  /// Opens whatever stands at a path, following symbolic links.
  static int openAny(String path) throws IOException {
    return open(HERE, path, 0, OWN_MODE, path);
  }

  /// Opens a regular file, or whatever stands there now, for reading, without waiting for a fifo. A
  /// file that another program holds a lease of (Samba, nfsd) is waited for, a minute at most.
  public static int openToRead(int at, String name, String path) throws IOException {
    return openUnlessFifo(at, name, 0, path, LEASE_LIMIT);
  }

  /// The same for reading and writing.
  public static int openToUpdate(int at, String name, String path) throws IOException {
    return openUnlessFifo(at, name, O_RDWR, path, LEASE_LIMIT);
  }

  /// Asks again and again: an open that waited for the lease would wait for ever where somebody
  /// puts a fifo in the place of the file. An interrupt ends the wait.
  static int openUnlessFifo(int at, String name, int flags, String path, Duration leaseLimit)
      throws IOException {
    long end = System.nanoTime() + leaseLimit.toNanos();
    while (true) {
      try {
        return open(at, name, flags | O_NOFOLLOW | O_NONBLOCK, OWN_MODE, path);
      } catch (CallFailed e) {
        if (e.errno() != Errno.EAGAIN) {
          throw e;
        }
        if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
          throw new CallFailed("open while another program has a lease of", path, Errno.EAGAIN);
        }
      }
      LockSupport.parkNanos(LEASE_PAUSE.toNanos());
    }
  }

  /// Makes a new file that only this user may open.
  public static int create(int at, String name, String path) throws IOException {
    return create(at, name, OWN_MODE, path);
  }

  /// @param mode permission bits of the new file, less those that the process masks
  public static int create(int at, String name, int mode, String path) throws IOException {
    return open(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode, path);
  }

  private static int open(int at, String name, int flags, int mode, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    return (int)
        kernel.checked(Call.OPENAT, path, at, kernel.one(name), flags | O_CLOEXEC, mode, 0, 0);
  }

  public static void close(int file) {
    long ignored = Kernel.ofThread().call(Call.CLOSE, file, 0, 0, 0, 0, 0);
  }
}
