package dev.gnomon.store.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// Functions of the C library on 64-bit Linux, through the foreign function API.
///
/// All are called in one shape, five longs to a long: the calling conventions of 64-bit Linux pass
/// whole registers, so an int or an address is the low part of one, and whoever returns an int
/// leaves it there too. One shape is linked in a third of the time that each its own would take,
/// and a command lives for a second.
final class NativeLinux {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int ENOTDIR = 20;
  static final int EINVAL = 22;
  static final int ELOOP = 40;
  static final int ENODATA = 61;
  static final int ENOTSUP = 95;
  static final int ERANGE = 34;
  static final int AT_FDCWD = -100;

  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker.Option LINKER_OPTION = Linker.Option.captureCallState("errno");
  private static volatile boolean missing;
  private static final ThreadLocal<Memory> MEMORY = ThreadLocal.withInitial(Memory::new);

  private NativeLinux() {}

  /// Native memory of one thread; given back with it.
  static final class Memory {
    static final int BUFFER_BYTES = 1 << 17;
    private static final int NAME_BYTES = 1 << 12;

    private final Arena arena = Arena.ofAuto();
    final MemorySegment state = arena.allocate(CAPTURED);
    final MemorySegment stat = arena.allocate(256, 8);
    final byte[] statBytes = new byte[256];
    final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private final MemorySegment name = arena.allocate(NAME_BYTES, 8);
    private final MemorySegment other = arena.allocate(NAME_BYTES, 8);

    int errno() {
      return (int) ERRNO.get(state, 0L);
    }

    /// Address of a name or path that ends with a NUL; valid until the next call.
    long text(String raw) throws IOException {
      return put(raw, name);
    }

    /// A second one.
    long otherText(String raw) throws IOException {
      return put(raw, other);
    }

    private static long put(String raw, MemorySegment to) throws IOException {
      byte[] bytes = raw.getBytes(ISO_8859_1);
      if (bytes.length >= NAME_BYTES) {
        throw new FileSystemException(RawName.display(raw), null, "File name too long");
      }
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, 0, bytes.length);
      to.set(JAVA_BYTE, bytes.length, (byte) 0);
      return to.address();
    }
  }

  static Memory memory() {
    return MEMORY.get();
  }

  private static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux")
        && System.getProperty("sun.arch.data.model", "64").equals("64");
  }

  /// Links a function. Where it is not to be had, what is returned throws when it is called, and
  /// [#hasAll] is false from then on.
  static MethodHandle function(String name) {
    try {
      return LINKER.downcallHandle(
          LINKER.defaultLookup().find(name).orElseThrow(), SHAPE, LINKER_OPTION);
    } catch (RuntimeException | LinkageError e) { // no native access, or a libc without it
      missing = true;
      return MethodHandles.dropArguments(
          MethodHandles.insertArguments(
              MethodHandles.throwException(long.class, IllegalStateException.class),
              0,
              new IllegalStateException("the C library's " + name + " can't be called", e)),
          0,
          MemorySegment.class,
          long.class,
          long.class,
          long.class,
          long.class,
          long.class);
    }
  }

  /// Whether this is Linux and every function that was linked so far can be called.
  static boolean hasAll() {
    return isLinux() && !missing;
  }

  /// Raw form of an absolute path.
  static String raw(Path path) {
    return RawName.ofWhole(path.toAbsolutePath());
  }

  static IOException failed(String what, Path path, int errno) {
    return failed(what, path.toString(), errno);
  }

  static IOException failed(String what, String path, int errno) {
    String reason =
        switch (errno) {
          case EPERM -> "Operation not permitted";
          case EACCES -> "Permission denied";
          case EEXIST -> "File exists";
          case 18 -> "Invalid cross-device link";
          case ENOTDIR -> "Not a directory";
          case 21 -> "Is a directory";
          case 24 -> "Too many open files";
          case 28 -> "No space left on device";
          case 30 -> "Read-only file system";
          case 36 -> "File name too long";
          case ELOOP -> "Too many levels of symbolic links";
          case ENOTSUP -> "Operation not supported";
          case 122 -> "Disk quota exceeded";
          default -> "error " + errno;
        };
    return switch (errno) {
      case ENOENT -> new NoSuchFileException(path);
      case ENOTDIR -> new NotDirectoryException(path);
      case EACCES -> new AccessDeniedException(path);
      case EEXIST -> new FileAlreadyExistsException(path);
      case EPERM -> new FileSystemException(path, null, reason);
      default -> new FileSystemException(path, null, "can't " + what + ": " + reason);
    };
  }

  /// A fault of a call as it is thrown on.
  static IOException rethrow(Throwable e) {
    return switch (e) {
      case IOException io -> io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(e);
    };
  }
}
