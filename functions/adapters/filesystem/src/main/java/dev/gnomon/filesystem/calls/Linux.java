package dev.gnomon.filesystem.calls;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The calls that keep one tree in step with another. All go through syscall(2): one function to
/// link instead of thirty, which is most of the start-up of a short command. Thread-safe; file
/// descriptors are the caller's to close.
public final class Linux {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int EACCES = 13;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int EOPNOTSUPP = 95;
  public static final int ESTALE = 116;
  public static final int EDQUOT = 122;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int ERANGE = 34;

  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final long FICLONE = 0x40049409L;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int FALLOC_PUNCH_HOLE_KEEP_SIZE = 3;
  private static final int MAX_ATTRIBUTE_BYTES = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX
  private static final byte DT_UNKNOWN = 0;
  private static final byte DT_DIR = 4;
  private static final int ENTRIES_BYTES = 64 * 1024;

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final MethodHandle syscall;
  private final boolean x86;
  private final int openDirectory;
  private final int noFollow;

  private Linux(MethodHandle syscall, boolean x86) {
    this.syscall = syscall;
    this.x86 = x86;
    this.openDirectory = x86 ? 0x10000 : 0x4000;
    this.noFollow = x86 ? 0x20000 : 0x8000;
  }

  /// The calls.
  ///
  /// @return empty on other systems and processors, or without native access
  public static Optional<Linux> get() {
    return Linked.LINUX;
  }

  /// Linked at the first use.
  private static final class Linked {
    static final Optional<Linux> LINUX = link();

    private static Optional<Linux> link() {
      String arch = System.getProperty("os.arch", "");
      boolean x86 = arch.equals("amd64");
      if (!System.getProperty("os.name", "").equals("Linux") || !(x86 || arch.equals("aarch64"))) {
        return Optional.empty();
      }
      try {
        Linker linker = Linker.nativeLinker();
        return Optional.of(
            new Linux(
                linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1)),
                x86));
      } catch (RuntimeException | LinkageError e) { // no native access, or another libc
        return Optional.empty();
      }
    }
  }

  /// Numbers of a call on x86-64 and on arm64.
  private enum Call {
    OPENAT(257, 56),
    CLOSE(3, 57),
    STATX(332, 291),
    GETDENTS64(217, 61),
    READLINKAT(267, 78),
    SYMLINKAT(266, 36),
    LINKAT(265, 37),
    RENAMEAT2(316, 276),
    UNLINKAT(263, 35),
    MKDIRAT(258, 34),
    FCHMODAT(268, 53),
    FCHOWNAT(260, 54),
    UTIMENSAT(280, 88),
    FTRUNCATE(77, 46),
    COPY_FILE_RANGE(326, 285),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    LSEEK(8, 62),
    FALLOCATE(285, 47),
    IOCTL(16, 29),
    SYNCFS(306, 267),
    LLISTXATTR(195, 12),
    LGETXATTR(192, 9),
    LSETXATTR(189, 6),
    LREMOVEXATTR(198, 15),
    FSTATFS(138, 44),
    INOTIFY_INIT1(294, 26),
    INOTIFY_ADD_WATCH(254, 27),
    INOTIFY_RM_WATCH(255, 28),
    PPOLL(271, 73),
    READ(0, 63);

    private final int x86;
    private final int arm;

    Call(int x86, int arm) {
      this.x86 = x86;
      this.arm = arm;
    }
  }

  /// Buffers of a thread, freed with it.
  private static final class Scratch {
    private static final int NAME_BYTES = 8 * 1024;

    final Arena arena = Arena.ofAuto();
    final MemorySegment state = arena.allocate(CAPTURED);
    final MemorySegment one = arena.allocate(NAME_BYTES);
    final MemorySegment other = arena.allocate(NAME_BYTES);
    final MemorySegment small = arena.allocate(256, 8);
    final MemorySegment entries = arena.allocate(ENTRIES_BYTES, 8);
    final MemorySegment attribute = arena.allocate(MAX_ATTRIBUTE_BYTES, 8);

    long one(String raw) {
      return text(one, raw);
    }

    long other(String raw) {
      return text(other, raw);
    }

    private static long text(MemorySegment buffer, String raw) {
      byte[] bytes = raw.getBytes(ISO_8859_1);
      if (bytes.length >= NAME_BYTES) {
        throw new IllegalArgumentException("a name of %d bytes".formatted(bytes.length));
      }
      MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
      buffer.set(JAVA_BYTE, bytes.length, (byte) 0);
      return buffer.address();
    }
  }

  /// @return the answer, or the negated error number
  private long call(Call call, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = SCRATCH.get().state;
    try {
      long number = x86 ? call.x86 : call.arm;
      long answer;
      int errno;
      do {
        answer = (long) syscall.invokeExact(state, number, a, b, c, d, e, f);
        errno = (int) ERRNO.get(state, 0L);
      } while (answer == -1 && errno == EINTR && call != Call.PPOLL && call != Call.CLOSE);
      return answer == -1 ? -errno : answer;
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) { // a method handle may throw anything; this one does not
      throw new IllegalStateException(thrown);
    }
  }

  private static long checked(long answer, Call call, String on) throws CallFailed {
    if (answer < 0) {
      throw new CallFailed(call.name().toLowerCase(java.util.Locale.ROOT), on, (int) -answer);
    }
    return answer;
  }

  // ---- opening

  /// Opens a directory for listing and as a starting point; follows no symbolic link at its end.
  public int openDirectory(Path directory) throws IOException {
    String raw = RawText.of(directory);
    return openDirectory(AT_FDCWD, raw, raw);
  }

  /// @param path what to call it in a fault
  public int openDirectory(int at, String name, String path) throws IOException {
    return open(at, name, openDirectory | noFollow, path);
  }

  /// Opens a regular file, or whatever stands there now, for reading, without waiting for a fifo.
  public int openToRead(int at, String name, String path) throws IOException {
    return open(at, name, noFollow | O_NONBLOCK, path);
  }

  public int openToUpdate(int at, String name, String path) throws IOException {
    return open(at, name, O_RDWR | noFollow | O_NONBLOCK, path);
  }

  /// Makes a new file that only this user may open.
  public int create(int at, String name, String path) throws IOException {
    return open(at, name, O_WRONLY | O_CREAT | O_EXCL | noFollow, path);
  }

  private int open(int at, String name, int flags, String path) throws IOException {
    long answer = call(Call.OPENAT, at, SCRATCH.get().one(name), flags | O_CLOEXEC, 0600, 0, 0);
    return (int) checked(answer, Call.OPENAT, path);
  }

  public void close(int file) {
    long ignored = call(Call.CLOSE, file, 0, 0, 0, 0, 0);
  }

  // ---- looking

  /// @return empty if there is no such entry (any more)
  public Optional<Stat> stat(int at, String name, String path) throws IOException {
    Scratch scratch = SCRATCH.get();
    long answer =
        call(
            Call.STATX,
            at,
            scratch.one(name),
            AT_SYMLINK_NOFOLLOW,
            STATX_BASIC_STATS,
            scratch.small.address(),
            0);
    if (answer == -ENOENT || answer == -ENOTDIR) {
      return Optional.empty();
    }
    long ignored = checked(answer, Call.STATX, path);
    return Optional.of(stat(scratch.small));
  }

  public Stat stat(int file, String path) throws IOException {
    Scratch scratch = SCRATCH.get();
    long answer =
        call(
            Call.STATX,
            file,
            scratch.one(""),
            AT_EMPTY_PATH,
            STATX_BASIC_STATS,
            scratch.small.address(),
            0);
    long ignored = checked(answer, Call.STATX, path);
    return stat(scratch.small);
  }

  /// struct statx, which is the same on every processor.
  private static Stat stat(MemorySegment buffer) {
    long device =
        ((long) buffer.get(JAVA_INT, 136) << 32)
            | Integer.toUnsignedLong(buffer.get(JAVA_INT, 140));
    return new Stat(
        Short.toUnsignedInt(buffer.get(JAVA_SHORT, 28)),
        buffer.get(JAVA_INT, 20),
        buffer.get(JAVA_INT, 24),
        buffer.get(JAVA_INT, 16),
        buffer.get(JAVA_LONG, 32),
        device,
        buffer.get(JAVA_LONG, 40),
        buffer.get(JAVA_LONG, 48),
        buffer.get(JAVA_LONG, 112),
        buffer.get(JAVA_INT, 120),
        Stat.nanos(buffer.get(JAVA_LONG, 96), buffer.get(JAVA_INT, 104)));
  }

  /// Names in an open directory, sorted by their bytes.
  public List<String> names(int directory, String path) throws IOException {
    return names(directory, path, true);
  }

  /// Names of those entries of an open directory that may be directories, sorted by their bytes.
  public List<String> directories(int directory, String path) throws IOException {
    return names(directory, path, false);
  }

  private List<String> names(int directory, String path, boolean all) throws IOException {
    MemorySegment buffer = SCRATCH.get().entries;
    long ignored = checked(call(Call.LSEEK, directory, 0, 0, 0, 0, 0), Call.LSEEK, path);
    List<String> names = new ArrayList<>();
    while (true) {
      long length =
          checked(
              call(Call.GETDENTS64, directory, buffer.address(), ENTRIES_BYTES, 0, 0, 0),
              Call.GETDENTS64,
              path);
      if (length == 0) {
        names.sort(null);
        return names;
      }
      for (long at = 0; at < length; ) {
        int record = Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16));
        byte kind = buffer.get(JAVA_BYTE, at + 18);
        if (all || kind == DT_DIR || kind == DT_UNKNOWN) {
          String name = buffer.getString(at + 19, ISO_8859_1);
          if (!name.equals(".") && !name.equals("..")) {
            names.add(name);
          }
        }
        at += record;
      }
    }
  }

  public String target(int at, String name, String path) throws IOException {
    Scratch scratch = SCRATCH.get();
    MemorySegment buffer = scratch.entries;
    long length =
        checked(
            call(Call.READLINKAT, at, scratch.one(name), buffer.address(), ENTRIES_BYTES, 0, 0),
            Call.READLINKAT,
            path);
    return new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), ISO_8859_1);
  }

  /// Number of the kind of file system that holds an open file, as in statfs(2).
  public long fileSystem(int file, String path) throws IOException {
    MemorySegment buffer = SCRATCH.get().small;
    long ignored =
        checked(call(Call.FSTATFS, file, buffer.address(), 0, 0, 0, 0), Call.FSTATFS, path);
    return buffer.get(JAVA_LONG, 0);
  }

  // ---- changing entries

  public void makeDirectory(int at, String name, String path) throws IOException {
    long ignored =
        checked(call(Call.MKDIRAT, at, SCRATCH.get().one(name), 0700, 0, 0, 0), Call.MKDIRAT, path);
  }

  public void symlink(String target, int at, String name, String path) throws IOException {
    Scratch scratch = SCRATCH.get();
    long ignored =
        checked(
            call(Call.SYMLINKAT, scratch.other(target), at, scratch.one(name), 0, 0, 0),
            Call.SYMLINKAT,
            path);
  }

  public void link(int from, String name, int to, String newName, String path) throws IOException {
    Scratch scratch = SCRATCH.get();
    long ignored =
        checked(
            call(Call.LINKAT, from, scratch.one(name), to, scratch.other(newName), 0, 0),
            Call.LINKAT,
            path);
  }

  /// Renames, replacing what is there.
  public void rename(int from, String name, int to, String newName, String path)
      throws IOException {
    Scratch scratch = SCRATCH.get();
    long ignored =
        checked(
            call(Call.RENAMEAT2, from, scratch.one(name), to, scratch.other(newName), 0, 0),
            Call.RENAMEAT2,
            path);
  }

  /// Removes an entry that is no directory.
  ///
  /// @return false if there was none
  public boolean remove(int at, String name, String path) throws IOException {
    return unlink(at, name, 0, path);
  }

  /// Removes an empty directory.
  ///
  /// @return false if there was none
  public boolean removeDirectory(int at, String name, String path) throws IOException {
    return unlink(at, name, AT_REMOVEDIR, path);
  }

  private boolean unlink(int at, String name, int flags, String path) throws IOException {
    long answer = call(Call.UNLINKAT, at, SCRATCH.get().one(name), flags, 0, 0, 0);
    if (answer == -ENOENT) {
      return false;
    }
    return checked(answer, Call.UNLINKAT, path) == 0;
  }

  // ---- metadata

  /// Sets owner and group of an entry, of a symbolic link itself.
  public void owner(int at, String name, int uid, int gid, String path) throws IOException {
    long ignored =
        checked(
            call(
                Call.FCHOWNAT,
                at,
                SCRATCH.get().one(name),
                Integer.toUnsignedLong(uid),
                Integer.toUnsignedLong(gid),
                AT_SYMLINK_NOFOLLOW,
                0),
            Call.FCHOWNAT,
            path);
  }

  /// Sets the permission bits of an entry that is no symbolic link.
  public void permissions(int at, String name, int mode, String path) throws IOException {
    long ignored =
        checked(
            call(Call.FCHMODAT, at, SCRATCH.get().one(name), mode, 0, 0, 0), Call.FCHMODAT, path);
  }

  /// Sets the modification time of an entry, of a symbolic link itself.
  public void time(int at, String name, long seconds, int nanos, String path) throws IOException {
    Scratch scratch = SCRATCH.get();
    MemorySegment times = scratch.small;
    times.set(JAVA_LONG, 0, 0);
    times.set(JAVA_LONG, 8, UTIME_OMIT);
    times.set(JAVA_LONG, 16, seconds);
    times.set(JAVA_LONG, 24, nanos);
    long ignored =
        checked(
            call(Call.UTIMENSAT, at, scratch.one(name), times.address(), AT_SYMLINK_NOFOLLOW, 0, 0),
            Call.UTIMENSAT,
            path);
  }

  /// Extended attributes of an entry: `user.*`, `security.*`, `trusted.*` and POSIX access control
  /// lists; not what a file system makes up.
  public SortedMap<String, byte[]> attributes(int at, String name, String path) throws IOException {
    Scratch scratch = SCRATCH.get();
    MemorySegment buffer = scratch.attribute;
    long place = scratch.one(place(at, name));
    long length = call(Call.LLISTXATTR, place, buffer.address(), MAX_ATTRIBUTE_BYTES, 0, 0, 0);
    SortedMap<String, byte[]> attributes = new TreeMap<>();
    if (length == -EOPNOTSUPP || length == 0) {
      return attributes;
    }
    String list =
        new String(
            buffer.asSlice(0, checked(length, Call.LLISTXATTR, path)).toArray(JAVA_BYTE),
            ISO_8859_1);
    for (String attribute : list.split("\0")) {
      if (!isKept(attribute)) {
        continue;
      }
      long got =
          call(
              Call.LGETXATTR,
              place,
              scratch.other(attribute),
              buffer.address(),
              MAX_ATTRIBUTE_BYTES,
              0,
              0);
      if (got == -ENODATA || got == -ERANGE) {
        continue; // gone meanwhile
      }
      attributes.put(
          attribute, buffer.asSlice(0, checked(got, Call.LGETXATTR, path)).toArray(JAVA_BYTE));
    }
    return attributes;
  }

  private static boolean isKept(String name) {
    return name.startsWith("user.")
        || name.startsWith("security.")
        || name.startsWith("system.posix_acl_")
        || (name.startsWith("trusted.") && !name.startsWith("trusted.overlay."));
  }

  public void attribute(int at, String name, String attribute, byte[] value, String path)
      throws IOException {
    Scratch scratch = SCRATCH.get();
    MemorySegment.copy(value, 0, scratch.attribute, JAVA_BYTE, 0, value.length);
    long ignored =
        checked(
            call(
                Call.LSETXATTR,
                scratch.one(place(at, name)),
                scratch.other(attribute),
                scratch.attribute.address(),
                value.length,
                0,
                0),
            Call.LSETXATTR,
            path);
  }

  public void removeAttribute(int at, String name, String attribute, String path)
      throws IOException {
    Scratch scratch = SCRATCH.get();
    long answer =
        call(Call.LREMOVEXATTR, scratch.one(place(at, name)), scratch.other(attribute), 0, 0, 0, 0);
    if (answer != -ENODATA) {
      long ignored = checked(answer, Call.LREMOVEXATTR, path);
    }
  }

  private static String place(int at, String name) {
    return "/proc/self/fd/" + at + "/" + name;
  }

  // ---- content

  /// Makes a file share all blocks of another one.
  ///
  /// @return false where the file system can't
  public boolean share(int from, int to) {
    return call(Call.IOCTL, to, FICLONE, from, 0, 0, 0) == 0;
  }

  /// Copies within the kernel.
  ///
  /// @return bytes copied, 0 at the end of the file; -1 where these files can't be copied so
  public long copy(int from, long position, int to, long length, String path) throws IOException {
    MemorySegment positions = SCRATCH.get().small;
    positions.set(JAVA_LONG, 0, position);
    positions.set(JAVA_LONG, 8, position);
    long answer =
        call(
            Call.COPY_FILE_RANGE,
            from,
            positions.address(),
            to,
            positions.address() + 8,
            length,
            0);
    if (answer == -EXDEV || answer == -EINVAL || answer == -ENOSYS || answer == -EOPNOTSUPP) {
      return -1;
    }
    return checked(answer, Call.COPY_FILE_RANGE, path);
  }

  /// Reads until the buffer is full or the file ends.
  public int read(int file, MemorySegment buffer, long position, String path) throws IOException {
    return full(Call.PREAD64, file, buffer, buffer.byteSize(), position, path);
  }

  /// Writes the first bytes of a buffer.
  public void write(int file, MemorySegment buffer, long length, long position, String path)
      throws IOException {
    int ignored = full(Call.PWRITE64, file, buffer, length, position, path);
  }

  private int full(
      Call call, int file, MemorySegment buffer, long length, long position, String path)
      throws IOException {
    long done = 0;
    while (done < length) {
      long more =
          checked(
              call(call, file, buffer.address() + done, length - done, position + done, 0, 0),
              call,
              path);
      if (more == 0) {
        break;
      }
      done += more;
    }
    return (int) done;
  }

  public void truncate(int file, long size, String path) throws IOException {
    long ignored = checked(call(Call.FTRUNCATE, file, size, 0, 0, 0, 0), Call.FTRUNCATE, path);
  }

  /// First byte at or after a position that is data.
  ///
  /// @return -1 if only a hole follows
  public long data(int file, long position, String path) throws IOException {
    long answer = call(Call.LSEEK, file, position, SEEK_DATA, 0, 0, 0);
    return answer == -ENXIO ? -1 : checked(answer, Call.LSEEK, path);
  }

  /// First byte after a position that is in a hole, or the size.
  public long hole(int file, long position, String path) throws IOException {
    return checked(call(Call.LSEEK, file, position, SEEK_HOLE, 0, 0, 0), Call.LSEEK, path);
  }

  /// Takes a range of a file off the disk; it reads as zeros.
  ///
  /// @return false where the file system can't
  public boolean punch(int file, long position, long length, String path) throws IOException {
    long answer = call(Call.FALLOCATE, file, FALLOC_PUNCH_HOLE_KEEP_SIZE, position, length, 0, 0);
    return answer != -EOPNOTSUPP && checked(answer, Call.FALLOCATE, path) == 0;
  }

  /// Flushes the whole file system that holds an open file.
  public void sync(int file, String path) throws IOException {
    long ignored = checked(call(Call.SYNCFS, file, 0, 0, 0, 0, 0), Call.SYNCFS, path);
  }

  // ---- inotify

  public int watcher() throws IOException {
    return (int)
        checked(
            call(Call.INOTIFY_INIT1, O_NONBLOCK | O_CLOEXEC, 0, 0, 0, 0, 0),
            Call.INOTIFY_INIT1,
            "");
  }

  /// Watches an open directory, wherever it stands by now.
  public int watch(int watcher, int directory, int mask, String path) throws IOException {
    long answer =
        call(
            Call.INOTIFY_ADD_WATCH,
            watcher,
            SCRATCH.get().one("/proc/self/fd/" + directory),
            Integer.toUnsignedLong(mask),
            0,
            0,
            0);
    return (int) checked(answer, Call.INOTIFY_ADD_WATCH, path);
  }

  public void unwatch(int watcher, int watch) {
    long ignored = call(Call.INOTIFY_RM_WATCH, watcher, watch, 0, 0, 0, 0);
  }

  /// Waits until there is something to read.
  ///
  /// @return whether there is
  public boolean await(int file, long millis) {
    MemorySegment buffer = SCRATCH.get().small;
    buffer.set(JAVA_INT, 0, file);
    buffer.set(JAVA_SHORT, 4, (short) 1); // POLLIN
    buffer.set(JAVA_SHORT, 6, (short) 0);
    buffer.set(JAVA_LONG, 8, millis / 1000);
    buffer.set(JAVA_LONG, 16, millis % 1000 * 1_000_000);
    return call(Call.PPOLL, buffer.address(), 1, buffer.address() + 8, 0, 8, 0) > 0;
  }

  /// Reads what is there now.
  ///
  /// @return bytes read; 0 if nothing is there
  public int readNow(int file, MemorySegment buffer) throws IOException {
    long answer = call(Call.READ, file, buffer.address(), buffer.byteSize(), 0, 0, 0);
    return answer == -EAGAIN ? 0 : (int) checked(answer, Call.READ, "");
  }
}
