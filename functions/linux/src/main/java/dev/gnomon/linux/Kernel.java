package dev.gnomon.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way into the kernel, and memory of a thread for what goes there and comes back; freed with
/// the thread. All calls go through syscall(2): one function to link instead of thirty, which is
/// most of the start-up of a short command. For one thread.
final class Kernel {
  /// The shared buffer of a thread; holds the longest list of attributes, and the longest
  /// attribute.
  static final int BUFFER_BYTES = 128 * 1024;

  /// A descriptor that stands for the current directory: names beside it are paths.
  static final int AT_FDCWD = -100;

  static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int NAME_BYTES = 8 * 1024;
  private static final int SMALL_BYTES = 256;

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final @Nullable MethodHandle SYSCALL = link().orElse(null);
  private static final ThreadLocal<Kernel> OF_THREAD = ThreadLocal.withInitial(Kernel::new);

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment state = arena.allocate(CAPTURED);
  private final MemorySegment one = arena.allocate(NAME_BYTES);
  private final MemorySegment other = arena.allocate(NAME_BYTES);
  final MemorySegment small = arena.allocate(SMALL_BYTES, 8);
  private final byte[] smallBytes = new byte[SMALL_BYTES];
  final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);

  private Kernel() {}

  static Kernel ofThread() {
    return OF_THREAD.get();
  }

  static boolean isAvailable() {
    return SYSCALL != null;
  }

  /// @return the answer, or the negated error number
  long call(Call call, long a, long b, long c, long d, long e, long f) {
    MethodHandle syscall = SYSCALL;
    if (syscall == null) {
      throw new UnsupportedOperationException("system calls need 64-bit Linux");
    }
    try {
      while (true) {
        long answer = (long) syscall.invokeExact(state, call.number, a, b, c, d, e, f);
        if (answer != -1) {
          return answer;
        }
        int errno = (int) ERRNO.get(state, 0L);
        if (errno != Errno.EINTR || call == Call.PPOLL || call == Call.CLOSE) {
          return -errno;
        }
      }
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) { // a method handle may throw anything; this one does not
      throw new IllegalStateException(thrown);
    }
  }

  /// @param on raw path for messages
  long checked(Call call, String on, long a, long b, long c, long d, long e, long f)
      throws CallFailed {
    long answer = call(call, a, b, c, d, e, f);
    if (answer < 0) {
      throw failed(call, on, answer);
    }
    return answer;
  }

  /// @param answer a negated error number
  static CallFailed failed(Call call, String on, long answer) {
    return new CallFailed(call.what, on, (int) -answer);
  }

  /// Address of a raw name that ends with a NUL; valid until the next call of this method.
  long one(String raw) throws CallFailed {
    return text(one, raw);
  }

  /// A second one.
  long other(String raw) throws CallFailed {
    return text(other, raw);
  }

  private static long text(MemorySegment to, String raw) throws CallFailed {
    byte[] bytes = raw.getBytes(ISO_8859_1);
    if (bytes.length >= NAME_BYTES) {
      throw new CallFailed(Call.OPENAT.what, raw, Errno.ENAMETOOLONG);
    }
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, 0, bytes.length);
    to.set(JAVA_BYTE, bytes.length, (byte) 0);
    return to.address();
  }

  /// The first bytes of the shared buffer.
  byte[] taken(long length) {
    byte[] bytes = new byte[(int) length];
    MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, bytes.length);
    return bytes;
  }

  /// The first bytes of the small buffer, in an array that the next call of this method uses again.
  ///
  /// What the kernel wrote is copied as a whole and read from an array: each access to a segment
  /// costs more than that as long as no optimising compiler has seen it.
  byte[] smallTaken(int length) {
    MemorySegment.copy(small, JAVA_BYTE, 0, smallBytes, 0, length);
    return smallBytes;
  }

  static short shortAt(byte[] bytes, int at) {
    return (short) SHORTS.get(bytes, at);
  }

  static int intAt(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  static long longAt(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.nativeOrder());
  }

  private static Optional<MethodHandle> link() {
    if (!System.getProperty("os.name", "").equals("Linux")
        || !System.getProperty("sun.arch.data.model", "64").equals("64")
        || !(X86 || ARM)) {
      return Optional.empty();
    }
    try {
      Linker linker = Linker.nativeLinker();
      return Optional.of(
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                  JAVA_LONG),
              Linker.Option.captureCallState("errno"),
              Linker.Option.firstVariadicArg(1)));
    } catch (RuntimeException | LinkageError e) { // no native access, or another libc
      return Optional.empty();
    }
  }
}
