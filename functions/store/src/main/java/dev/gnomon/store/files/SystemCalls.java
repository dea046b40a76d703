package dev.gnomon.store.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.store.files.NativeLinux.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/// The few Linux system calls that java.nio does not offer by path: extended attributes outside of
/// `user.`, symbolic links with exactly the given target and their times, and syncfs.
final class SystemCalls {
  static final long UTIME_OMIT = (1L << 30) - 2;
  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int MAX_ATTRIBUTE_BYTES = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX

  private static final MethodHandle LIST = NativeLinux.function("llistxattr");
  private static final MethodHandle GET = NativeLinux.function("lgetxattr");
  private static final MethodHandle SET = NativeLinux.function("lsetxattr");
  private static final MethodHandle REMOVE = NativeLinux.function("lremovexattr");
  private static final MethodHandle SYMLINK = NativeLinux.function("symlink");
  private static final MethodHandle UTIMENSAT = NativeLinux.function("utimensat");
  private static final MethodHandle OPEN = NativeLinux.function("open");
  private static final MethodHandle CLOSE = NativeLinux.function("close");
  private static final MethodHandle SYNCFS = NativeLinux.function("syncfs");

  private static final Optional<SystemCalls> LINUX = link();

  private SystemCalls() {}

  /// @return empty where these calls are not to be had: not Linux, or no native access
  static Optional<SystemCalls> linux() {
    return LINUX;
  }

  private static Optional<SystemCalls> link() {
    if (NativeLinux.hasAll()) {
      return Optional.of(new SystemCalls());
    }
    System.getLogger(SystemCalls.class.getName())
        .log(System.Logger.Level.WARNING, "only user.* extended attributes are kept here");
    return Optional.empty();
  }

  byte[] listAttributes(Path path) throws IOException {
    Memory memory = NativeLinux.memory();
    long name = memory.text(NativeLinux.raw(path));
    try {
      // The buffer of a thread holds the longest list there can be.
      long length =
          (long)
              LIST.invokeExact(
                  memory.state, name, memory.buffer.address(), (long) MAX_ATTRIBUTE_BYTES, 0L, 0L);
      if (length < 0 && memory.errno() != NativeLinux.ENOTSUP) {
        throw NativeLinux.failed("list the extended attributes of", path, memory.errno());
      }
      return memory.buffer.asSlice(0, Math.max(0, length)).toArray(JAVA_BYTE);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// @return empty if there is no such attribute (any more)
  Optional<byte[]> attribute(Path path, String attribute) throws IOException {
    Memory memory = NativeLinux.memory();
    long name = memory.text(NativeLinux.raw(path));
    try {
      long length =
          (long)
              GET.invokeExact(
                  memory.state,
                  name,
                  memory.otherText(utf8(attribute)),
                  memory.buffer.address(),
                  (long) MAX_ATTRIBUTE_BYTES,
                  0L);
      if (length >= 0) {
        return Optional.of(memory.buffer.asSlice(0, length).toArray(JAVA_BYTE));
      }
      int errno = memory.errno();
      if (errno == NativeLinux.ENODATA || errno == NativeLinux.ENOTSUP) {
        return Optional.empty();
      }
      throw NativeLinux.failed("read the extended attribute " + attribute + " of", path, errno);
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// @return 0 or the error number
  int setAttribute(Path path, String attribute, byte[] value) throws IOException {
    Memory memory = NativeLinux.memory();
    long name = memory.text(NativeLinux.raw(path));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment content = arena.allocate(Math.max(1, value.length));
      MemorySegment.copy(value, 0, content, JAVA_BYTE, 0, value.length);
      long result =
          (long)
              SET.invokeExact(
                  memory.state,
                  name,
                  memory.otherText(utf8(attribute)),
                  content.address(),
                  (long) value.length,
                  0L);
      return (int) result == 0 ? 0 : memory.errno();
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// @return 0 or the error number
  int removeAttribute(Path path, String attribute) throws IOException {
    Memory memory = NativeLinux.memory();
    long name = memory.text(NativeLinux.raw(path));
    try {
      long result =
          (long)
              REMOVE.invokeExact(memory.state, name, memory.otherText(utf8(attribute)), 0L, 0L, 0L);
      return (int) result == 0 ? 0 : memory.errno();
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// @param target raw
  void symlink(String target, Path link) throws IOException {
    Memory memory = NativeLinux.memory();
    long name = memory.text(NativeLinux.raw(link));
    try {
      long result =
          (long) SYMLINK.invokeExact(memory.state, memory.otherText(target), name, 0L, 0L, 0L);
      if ((int) result != 0) {
        throw NativeLinux.failed("make the symbolic link", link, memory.errno());
      }
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// Sets the modification time of an entry, a symbolic link itself included.
  void setTime(Path path, long seconds, int nanos) throws IOException {
    Memory memory = NativeLinux.memory();
    long name = memory.text(NativeLinux.raw(path));
    MemorySegment times = memory.buffer;
    times.setAtIndex(JAVA_LONG, 0, 0);
    times.setAtIndex(JAVA_LONG, 1, UTIME_OMIT);
    times.setAtIndex(JAVA_LONG, 2, seconds);
    times.setAtIndex(JAVA_LONG, 3, nanos);
    try {
      long result =
          (long)
              UTIMENSAT.invokeExact(
                  memory.state,
                  (long) NativeLinux.AT_FDCWD,
                  name,
                  times.address(),
                  (long) AT_SYMLINK_NOFOLLOW,
                  0L);
      if ((int) result != 0) {
        throw NativeLinux.failed("set the time of", path, memory.errno());
      }
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  /// Flushes the whole file system that holds a path.
  void sync(Path path) throws IOException {
    Memory memory = NativeLinux.memory();
    long name = memory.text(NativeLinux.raw(path));
    try {
      long fd = (long) OPEN.invokeExact(memory.state, name, (long) O_RDONLY_CLOEXEC, 0L, 0L, 0L);
      if ((int) fd < 0) {
        throw NativeLinux.failed("open", path, memory.errno());
      }
      long result = (long) SYNCFS.invokeExact(memory.state, (long) (int) fd, 0L, 0L, 0L, 0L);
      int errno = memory.errno();
      long ignored = (long) CLOSE.invokeExact(memory.state, (long) (int) fd, 0L, 0L, 0L, 0L);
      if ((int) result != 0) {
        throw NativeLinux.failed("flush the file system of", path, errno);
      }
    } catch (Throwable e) {
      throw NativeLinux.rethrow(e);
    }
  }

  private static String utf8(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }
}
