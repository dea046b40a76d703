package dev.gnomon.store.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The few Linux system calls that java.nio does not offer: extended attributes outside of `user.`,
/// symbolic links with exactly the given target and their times, and syncfs. Called through the
/// foreign function API; the layouts are the same on every 64-bit Linux.
final class SystemCalls {
  static final int ENODATA = 61;
  static final int ENOTSUP = 95;
  static final int EPERM = 1;
  static final int EACCES = 13;
  private static final int ENOENT = 2;
  private static final int ERANGE = 34;
  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final int MAX_ATTRIBUTE_BYTES = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Optional<SystemCalls> LINUX = link();

  private final MethodHandle list;
  private final MethodHandle get;
  private final MethodHandle set;
  private final MethodHandle remove;
  private final MethodHandle symlink;
  private final MethodHandle utimensat;
  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle syncfs;

  private SystemCalls() {
    list = handle("llistxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    get = handle("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    set = handle("lsetxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    remove = handle("lremovexattr", JAVA_INT, ADDRESS, ADDRESS);
    symlink = handle("symlink", JAVA_INT, ADDRESS, ADDRESS);
    utimensat = handle("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    open =
        LINKER.downcallHandle(
            LINKER.defaultLookup().find("open").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(2));
    close = handle("close", JAVA_INT, JAVA_INT);
    syncfs = handle("syncfs", JAVA_INT, JAVA_INT);
  }

  /// @return empty where these calls are not to be had: not Linux, or no native access
  static Optional<SystemCalls> linux() {
    return LINUX;
  }

  byte[] listAttributes(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      MemorySegment name = path(arena, path);
      long length = (long) list.invokeExact(state, name, MemorySegment.NULL, 0L);
      while (length > 0) {
        MemorySegment buffer = arena.allocate(Math.min(length + 256, MAX_ATTRIBUTE_BYTES));
        length = (long) list.invokeExact(state, name, buffer, buffer.byteSize());
        if (length >= 0) {
          return buffer.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        }
        if (errno(state) == ERANGE) { // grew meanwhile
          length = MAX_ATTRIBUTE_BYTES;
        }
      }
      if (length < 0 && errno(state) != ENOTSUP) {
        throw failed("list the extended attributes", path, errno(state));
      }
      return new byte[0];
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /// @return empty if there is no such attribute (any more)
  Optional<byte[]> attribute(Path path, String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      MemorySegment buffer = arena.allocate(MAX_ATTRIBUTE_BYTES);
      long length =
          (long)
              get.invokeExact(
                  state, path(arena, path), arena.allocateFrom(name), buffer, buffer.byteSize());
      if (length >= 0) {
        return Optional.of(
            buffer.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
      }
      int errno = errno(state);
      if (errno == ENODATA || errno == ENOTSUP) {
        return Optional.empty();
      }
      throw failed("read the extended attribute " + name, path, errno);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /// @return 0 or the error number
  int setAttribute(Path path, String name, byte[] value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      MemorySegment content = arena.allocate(Math.max(1, value.length));
      MemorySegment.copy(
          value, 0, content, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, value.length);
      int result =
          (int)
              set.invokeExact(
                  state,
                  path(arena, path),
                  arena.allocateFrom(name),
                  content,
                  (long) value.length,
                  0);
      return result == 0 ? 0 : errno(state);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /// @return 0 or the error number
  int removeAttribute(Path path, String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      int result = (int) remove.invokeExact(state, path(arena, path), arena.allocateFrom(name));
      return result == 0 ? 0 : errno(state);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  void symlink(byte[] target, Path link) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      int result = (int) symlink.invokeExact(state, text(arena, target), path(arena, link));
      if (result != 0) {
        throw failed("make the symbolic link", link, errno(state));
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /// Sets the modification time of an entry, a symbolic link itself included.
  void setTime(Path path, long seconds, int nanos) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      MemorySegment times = arena.allocate(JAVA_LONG, 4);
      times.setAtIndex(JAVA_LONG, 1, UTIME_OMIT);
      times.setAtIndex(JAVA_LONG, 2, seconds);
      times.setAtIndex(JAVA_LONG, 3, nanos);
      int result =
          (int)
              utimensat.invokeExact(state, AT_FDCWD, path(arena, path), times, AT_SYMLINK_NOFOLLOW);
      if (result != 0) {
        throw failed("set the time", path, errno(state));
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /// Flushes the whole file system that holds a path.
  void sync(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      int fd = (int) open.invokeExact(state, path(arena, path), O_RDONLY_CLOEXEC, 0);
      if (fd < 0) {
        throw failed("open", path, errno(state));
      }
      int result = (int) syncfs.invokeExact(state, fd);
      int errno = errno(state);
      int ignored = (int) close.invokeExact(state, fd);
      if (result != 0) {
        throw failed("flush the file system", path, errno);
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  private static Optional<SystemCalls> link() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SystemCalls());
    } catch (RuntimeException | LinkageError e) { // no native access, or a libc without them
      System.getLogger(SystemCalls.class.getName())
          .log(System.Logger.Level.WARNING, "only user.* extended attributes are kept: " + e);
      return Optional.empty();
    }
  }

  private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MemorySegment path(Arena arena, Path path) {
    return text(arena, RawName.absoluteBytes(path));
  }

  private static MemorySegment text(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static IOException failed(String what, Path path, int errno) {
    if (errno == ENOENT) {
      return new NoSuchFileException(path.toString());
    }
    String reason =
        switch (errno) {
          case EPERM -> "Operation not permitted";
          case EACCES -> "Permission denied";
          case 17 -> "File exists";
          case 28 -> "No space left on device";
          case ENOTSUP -> "Operation not supported";
          default -> "error " + errno;
        };
    return new FileSystemException(path.toString(), null, "can't " + what + ": " + reason);
  }

  private static IOException rethrow(Throwable e) {
    return switch (e) {
      case IOException io -> io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(e);
    };
  }
}
