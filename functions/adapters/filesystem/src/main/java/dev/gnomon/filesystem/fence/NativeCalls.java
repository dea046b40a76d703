package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The Linux calls that java.nio does not have: rmdir(2), renameat2(2), which swaps two entries or
/// refuses to replace one, and ioctl_iflags(2), which sets the immutable flag. Linking takes some
/// 50 ms once a process. Absent on other systems and processors; callers then do without.
final class NativeCalls {
  static final int RENAME_NOREPLACE = 1;
  static final int RENAME_EXCHANGE = 2;
  static final int FS_IMMUTABLE_FL = 0x10;

  private static final int AT_FDCWD = -100;
  private static final long FS_IOC_GETFLAGS = 0x80086601L;
  private static final long FS_IOC_SETFLAGS = 0x40086602L;
  private static final int O_CLOEXEC = 0x80000;

  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EEXIST = 17;
  private static final int ENOTDIR = 20;
  private static final int EINVAL = 22;
  private static final int ENOSYS = 38;
  private static final int ENOTEMPTY = 39;
  private static final int EOPNOTSUPP = 95;

  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding"));

  private final MethodHandle renameat2;
  private final MethodHandle rmdir;
  private final MethodHandle ioctl;
  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle strerror;
  private final int openFlags;

  private NativeCalls(Linker linker, int openFlags) {
    this.openFlags = openFlags;
    Linker.Option errno = Linker.Option.captureCallState("errno");
    ValueLayout.OfInt i = ValueLayout.JAVA_INT;
    ValueLayout.OfLong l = ValueLayout.JAVA_LONG;
    var p = ValueLayout.ADDRESS;
    renameat2 = link(linker, "renameat2", FunctionDescriptor.of(i, i, p, i, p, i), errno);
    rmdir = link(linker, "rmdir", FunctionDescriptor.of(i, p), errno);
    ioctl =
        link(
            linker,
            "ioctl",
            FunctionDescriptor.of(i, i, l, p),
            errno,
            Linker.Option.firstVariadicArg(2));
    open = link(linker, "open", FunctionDescriptor.of(i, p, i), errno);
    close = link(linker, "close", FunctionDescriptor.of(i, i));
    strerror = link(linker, "strerror", FunctionDescriptor.of(p, i));
  }

  /// The calls, if this system and processor have them.
  static Optional<NativeCalls> get() {
    return Linked.CALLS;
  }

  /// renameat2(2).
  ///
  /// @return false if the kernel or the file system does not know the flag
  boolean rename(Path from, Path to, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURE);
      int answer =
          (int)
              renameat2.invokeExact(
                  state, AT_FDCWD, name(arena, from), AT_FDCWD, name(arena, to), flags);
      if (answer == 0) {
        return true;
      }
      int errno = (int) ERRNO.get(state, 0L);
      return switch (errno) {
        case EINVAL, ENOSYS, EOPNOTSUPP -> false;
        case ENOENT -> throw new NoSuchFileException(from.toString(), to.toString(), null);
        case EEXIST -> throw new FileAlreadyExistsException(to.toString());
        default -> throw new FileSystemException(from.toString(), to.toString(), message(errno));
      };
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /// rmdir(2), which never removes anything but an empty directory.
  void removeDirectory(Path dir) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURE);
      int answer = (int) rmdir.invokeExact(state, name(arena, dir));
      int errno = (int) ERRNO.get(state, 0L);
      if (answer < 0 && (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)) {
        throw new DirectoryNotEmptyException(dir.toString());
      }
      check(answer, state, dir);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /// Flags of a file or directory, as `lsattr` shows them; not following a symbolic link.
  int flags(Path path) throws IOException {
    return onOpen(path, (arena, file, state) -> readFlags(arena, file, state, path));
  }

  /// Sets or clears flags and leaves the others as they are.
  void setFlags(Path path, int mask, boolean on) throws IOException {
    onOpen(
        path,
        (arena, file, state) -> {
          int before = readFlags(arena, file, state, path);
          int after = on ? before | mask : before & ~mask;
          if (after != before) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
            value.set(ValueLayout.JAVA_INT, 0, after);
            check((int) ioctl.invokeExact(state, file, FS_IOC_SETFLAGS, value), state, path);
          }
          return after;
        });
  }

  private int readFlags(Arena arena, int file, MemorySegment state, Path path) throws Throwable {
    MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
    check((int) ioctl.invokeExact(state, file, FS_IOC_GETFLAGS, value), state, path);
    return value.get(ValueLayout.JAVA_INT, 0);
  }

  private interface OnOpen {
    int call(Arena arena, int file, MemorySegment state) throws Throwable;
  }

  private int onOpen(Path path, OnOpen work) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURE);
      int file = (int) open.invokeExact(state, name(arena, path), openFlags);
      check(file, state, path);
      try {
        return work.call(arena, file, state);
      } finally {
        int ignored = (int) close.invokeExact(file);
      }
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  private void check(int answer, MemorySegment state, Path path) throws Throwable {
    if (answer < 0) {
      int errno = (int) ERRNO.get(state, 0L);
      throw errno == ENOENT
          ? new NoSuchFileException(path.toString())
          : new FileSystemException(
              path.toString(), null, errno == EPERM ? "Operation not permitted" : message(errno));
    }
  }

  private String message(int errno) throws Throwable {
    MemorySegment text = (MemorySegment) strerror.invokeExact(errno);
    return text.reinterpret(256).getString(0);
  }

  private static MemorySegment name(Arena arena, Path path) {
    return arena.allocateFrom(path.toString(), NAMES);
  }

  private static IOException rethrown(Throwable e) {
    return switch (e) {
      case IOException fault -> fault;
      case RuntimeException fault -> throw fault;
      case Error fault -> throw fault;
      default -> new IOException(e);
    };
  }

  private static MethodHandle link(
      Linker linker, String name, FunctionDescriptor form, Linker.Option... options) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), form, options);
  }

  /// Linked at the first use.
  private static final class Linked {
    static final Optional<NativeCalls> CALLS = calls();

    private static Optional<NativeCalls> calls() {
      // O_DIRECTORY | O_NOFOLLOW have other values on other processors.
      Optional<Integer> directoryFlags =
          switch (System.getProperty("os.arch")) {
            case "amd64" -> Optional.of(0x10000 | 0x20000);
            case "aarch64" -> Optional.of(0x4000 | 0x8000);
            default -> Optional.empty();
          };
      if (!System.getProperty("os.name").equals("Linux") || directoryFlags.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new NativeCalls(Linker.nativeLinker(), directoryFlags.get() | O_CLOEXEC));
      } catch (UnsupportedOperationException
          | java.util.NoSuchElementException
          | IllegalCallerException e) {
        return Optional.empty();
      }
    }
  }
}
