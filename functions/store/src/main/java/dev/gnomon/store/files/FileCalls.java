package dev.gnomon.store.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gnomon.store.files.NativeLinux.Memory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// System calls on files and directories, relative to an open directory where the kernel can look a
/// name up in one step. Names are raw. Only where [#available].
final class FileCalls {
  static final int SEEK_SET = 0;
  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;
  static final long NO_MORE = -1;
  static final long NOT_KNOWN = -2;
  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_NONBLOCK = 0x800; // a fifo in the place of a file must not hold us up
  private static final int O_CLOEXEC = 0x80000;
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int BASIC_STATS = 0x7ff;
  private static final int DIRENT_LENGTH = 16;
  private static final int DIRENT_NAME = 19;
  private static final int STATX_USED_BYTES = 144;

  /// What the kernel wrote is copied as a whole and read from an array: each access to a segment
  /// costs more than that as long as no optimising compiler has seen it.
  private static final VarHandle SHORTS = view(short[].class);

  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final int OWN_MODE = 0600;

  private static final MethodHandle OPENAT = NativeLinux.function("openat");
  private static final MethodHandle CLOSE = NativeLinux.function("close");
  private static final MethodHandle READ = NativeLinux.function("read");
  private static final MethodHandle WRITE = NativeLinux.function("write");
  private static final MethodHandle LSEEK = NativeLinux.function("lseek");
  private static final MethodHandle FTRUNCATE = NativeLinux.function("ftruncate");
  private static final MethodHandle STATX = NativeLinux.function("statx");
  private static final MethodHandle GETDENTS = NativeLinux.function("getdents64");
  private static final MethodHandle RENAME = NativeLinux.function("rename");
  private static final MethodHandle FCHMOD = NativeLinux.function("fchmod");
  private static final MethodHandle FCHOWN = NativeLinux.function("fchown");
  private static final MethodHandle FUTIMENS = NativeLinux.function("futimens");
  private static final MethodHandle FLISTXATTR = NativeLinux.function("flistxattr");

  private static final boolean AVAILABLE = NativeLinux.hasAll();

  private FileCalls() {}

  /// Whether this is a Linux whose C library has all of them, and native access is allowed.
  static boolean available() {
    return AVAILABLE;
  }

  static int openDirectory(Path path) throws IOException {
    return open(NativeLinux.raw(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }

  /// Opens for reading; a symbolic link is not followed.
  static int openFile(Path path) throws IOException {
    return open(NativeLinux.raw(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  }

  /// Makes a file that only its owner may touch.
  static int createFile(String path) throws IOException {
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC);
  }

  private static int open(String path, int flags) throws IOException {
    Memory memory = NativeLinux.memory();
    long address = memory.text(path);
    try {
      while (true) {
        int fd =
            (int)
                (long)
                    OPENAT.invokeExact(
                        memory.state,
                        (long) NativeLinux.AT_FDCWD,
                        address,
                        (long) flags,
                        (long) OWN_MODE,
                        0L);
        if (fd >= 0) {
          return fd;
        }
        if (memory.errno() != NativeLinux.EINTR) {
          throw NativeLinux.failed("open", RawName.display(path), memory.errno());
        }
      }
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  static void close(int fd) {
    try {
      long ignored =
          (long) CLOSE.invokeExact(NativeLinux.memory().state, (long) fd, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// @return bytes read, at most as many as fit; -1 at the end
  static int read(int fd, byte[] to, int offset, int length, Object name) throws IOException {
    Memory memory = NativeLinux.memory();
    int wanted = Math.min(length, Memory.BUFFER_BYTES);
    try {
      long count;
      do {
        count =
            (long)
                READ.invokeExact(
                    memory.state, (long) fd, memory.buffer.address(), (long) wanted, 0L, 0L);
      } while (count < 0 && memory.errno() == NativeLinux.EINTR);
      if (count < 0) {
        throw NativeLinux.failed("read", name.toString(), memory.errno());
      }
      if (count == 0) {
        return -1;
      }
      MemorySegment.copy(memory.buffer, JAVA_BYTE, 0, to, offset, (int) count);
      return (int) count;
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  static void write(int fd, byte[] from, int offset, int length, String name) throws IOException {
    Memory memory = NativeLinux.memory();
    int at = offset;
    int end = offset + length;
    try {
      while (at < end) {
        int size = Math.min(end - at, Memory.BUFFER_BYTES);
        MemorySegment.copy(from, at, memory.buffer, JAVA_BYTE, 0, size);
        long count =
            (long)
                WRITE.invokeExact(
                    memory.state, (long) fd, memory.buffer.address(), (long) size, 0L, 0L);
        if (count < 0 && memory.errno() != NativeLinux.EINTR) {
          throw NativeLinux.failed("write", RawName.display(name), memory.errno());
        }
        at += (int) Math.max(0, count);
      }
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// @return the position; [#NO_MORE] where no data comes any more, [#NOT_KNOWN] where the file
  ///   system knows no holes
  /// @throws IOException if it fails: what could not be asked must not be taken for a hole
  static long seek(int fd, long offset, int whence, Object name) throws IOException {
    Memory memory = NativeLinux.memory();
    try {
      long position =
          (long) LSEEK.invokeExact(memory.state, (long) fd, offset, (long) whence, 0L, 0L);
      if (position >= 0) {
        return position;
      }
      int errno = memory.errno();
      if (whence != SEEK_SET && errno == NativeLinux.ENXIO) {
        return NO_MORE;
      }
      if (whence != SEEK_SET && (errno == NativeLinux.EINVAL || errno == NativeLinux.ENOTSUP)) {
        return NOT_KNOWN;
      }
      throw NativeLinux.failed("look for holes in", name.toString(), errno);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  static void truncate(int fd, long size, String name) throws IOException {
    Memory memory = NativeLinux.memory();
    try {
      long result = (long) FTRUNCATE.invokeExact(memory.state, (long) fd, size, 0L, 0L, 0L);
      require((int) result, "set the size of", name, memory);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  static void mode(int fd, int mode, String name) throws IOException {
    Memory memory = NativeLinux.memory();
    try {
      long result = (long) FCHMOD.invokeExact(memory.state, (long) fd, (long) mode, 0L, 0L, 0L);
      require((int) result, "set the mode of", name, memory);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// @return whether this process may do that
  static boolean owner(int fd, int uid, int gid, String name) throws IOException {
    Memory memory = NativeLinux.memory();
    try {
      long result =
          (long) FCHOWN.invokeExact(memory.state, (long) fd, (long) uid, (long) gid, 0L, 0L);
      if ((int) result != 0 && memory.errno() == NativeLinux.EPERM) {
        return false;
      }
      require((int) result, "set the owner of", name, memory);
      return true;
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  static void time(int fd, long seconds, int nanos, String name) throws IOException {
    Memory memory = NativeLinux.memory();
    MemorySegment times = memory.buffer;
    times.setAtIndex(JAVA_LONG, 0, 0);
    times.setAtIndex(JAVA_LONG, 1, SystemCalls.UTIME_OMIT);
    times.setAtIndex(JAVA_LONG, 2, seconds);
    times.setAtIndex(JAVA_LONG, 3, nanos);
    try {
      long result =
          (long) FUTIMENS.invokeExact(memory.state, (long) fd, times.address(), 0L, 0L, 0L);
      require((int) result, "set the time of", name, memory);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// Whether a file surely has no extended attributes.
  static boolean hasNoAttributes(int fd) {
    Memory memory = NativeLinux.memory();
    try {
      long length = (long) FLISTXATTR.invokeExact(memory.state, (long) fd, 0L, 0L, 0L, 0L);
      return length == 0 || (length < 0 && memory.errno() == NativeLinux.ENOTSUP);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  static void rename(String from, String to) throws IOException {
    Memory memory = NativeLinux.memory();
    long source = memory.text(from);
    long target = memory.otherText(to);
    try {
      long result = (long) RENAME.invokeExact(memory.state, source, target, 0L, 0L, 0L);
      require((int) result, "rename to", to, memory);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  private static void require(int result, String what, String name, Memory memory)
      throws IOException {
    if (result != 0) {
      throw NativeLinux.failed(what, RawName.display(name), memory.errno());
    }
  }

  /// @return raw names of all entries, as the directory has them
  static List<String> names(int directory, Path path) throws IOException {
    Memory memory = NativeLinux.memory();
    List<String> names = new ArrayList<>();
    try {
      while (true) {
        long count =
            (long)
                GETDENTS.invokeExact(
                    memory.state,
                    (long) directory,
                    memory.buffer.address(),
                    (long) Memory.BUFFER_BYTES,
                    0L,
                    0L);
        if (count < 0) {
          throw NativeLinux.failed("list", path, memory.errno());
        }
        if (count == 0) {
          return names;
        }
        byte[] entries = new byte[(int) count];
        MemorySegment.copy(memory.buffer, JAVA_BYTE, 0, entries, 0, entries.length);
        for (int at = 0; at < entries.length; ) {
          int from = at + DIRENT_NAME;
          int length = 0;
          while (entries[from + length] != 0) {
            length++;
          }
          boolean self =
              entries[from] == '.' && (length == 1 || (length == 2 && entries[from + 1] == '.'));
          if (!self) {
            names.add(new String(entries, from, length, StandardCharsets.ISO_8859_1));
          }
          at += Short.toUnsignedInt((short) SHORTS.get(entries, at + DIRENT_LENGTH));
        }
      }
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  static Optional<FileStat> stat(Path path) throws IOException {
    return stat(NativeLinux.AT_FDCWD, NativeLinux.raw(path));
  }

  /// @param directory an open one
  /// @param name raw
  /// @return empty if there is no such entry (any more)
  static Optional<FileStat> stat(int directory, String name) throws IOException {
    Memory memory = NativeLinux.memory();
    long address = memory.text(name);
    try {
      long result =
          (long)
              STATX.invokeExact(
                  memory.state,
                  (long) directory,
                  address,
                  (long) AT_SYMLINK_NOFOLLOW,
                  (long) BASIC_STATS,
                  memory.stat.address());
      if ((int) result == 0) {
        MemorySegment.copy(memory.stat, JAVA_BYTE, 0, memory.statBytes, 0, STATX_USED_BYTES);
        return Optional.of(decode(memory.statBytes));
      }
      int errno = memory.errno();
      if (errno == NativeLinux.ENOENT || errno == NativeLinux.ENOTDIR) {
        return Optional.empty();
      }
      throw NativeLinux.failed("look at", RawName.display(name), errno);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// struct statx, the same on every architecture.
  private static FileStat decode(byte[] stat) {
    int mode = Short.toUnsignedInt((short) SHORTS.get(stat, 28));
    return new FileStat(
        FileStat.kind(mode),
        mode & 07777,
        (int) INTS.get(stat, 20),
        (int) INTS.get(stat, 24),
        (long) LONGS.get(stat, 40),
        nanos(stat, 112),
        nanos(stat, 96),
        device((int) INTS.get(stat, 136), (int) INTS.get(stat, 140)),
        (long) LONGS.get(stat, 32),
        (int) INTS.get(stat, 16),
        (long) LONGS.get(stat, 48));
  }

  private static long nanos(byte[] stat, int at) {
    return (long) LONGS.get(stat, at) * 1_000_000_000L + (int) INTS.get(stat, at + 8);
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.nativeOrder());
  }

  /// As stat(2) gives it: points remember the device of their source.
  private static long device(int major, int minor) {
    return ((major & 0xfffff000L) << 32)
        | ((major & 0xfffL) << 8)
        | ((minor & 0xffffff00L) << 12)
        | (minor & 0xffL);
  }
}
