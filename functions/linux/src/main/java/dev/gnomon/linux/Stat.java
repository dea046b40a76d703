package dev.gnomon.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.util.Optional;

/// What statx(2) says of an entry, symbolic links not followed.
///
/// @param mode type and permission bits
/// @param device as stat(2) gives it
/// @param blocks of 512 bytes that it takes on the disk
/// @param ctimeNanos last change of anything, nanoseconds since 1970; nobody can set it back
public record Stat(
    int mode,
    int uid,
    int gid,
    int links,
    long inode,
    long device,
    long size,
    long blocks,
    long mtimeSeconds,
    int mtimeNanos,
    long ctimeNanos) {
  private static final int TYPE = 0170000;
  private static final long NANOS = 1_000_000_000L;
  private static final int BLOCK_BYTES = 512;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int USED_BYTES = 144;
  private static final Form<Stat> STAT = Stat::new;

  /// Makes what a caller wants of the fields of a [Stat].
  public interface Form<T> {
    T of(
        int mode,
        int uid,
        int gid,
        int links,
        long inode,
        long device,
        long size,
        long blocks,
        long mtimeSeconds,
        int mtimeNanos,
        long ctimeNanos);
  }

  /// @return empty if there is no such entry (any more)
  public static Optional<Stat> of(int at, String name, String path) throws IOException {
    return look(at, name, path, STAT);
  }

  /// The same in another form, without making a Stat for it.
  public static <T> Optional<T> look(int at, String name, String path, Form<T> form)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long answer =
        kernel.call(
            Call.STATX,
            at,
            kernel.one(name),
            AT_SYMLINK_NOFOLLOW,
            STATX_BASIC_STATS,
            kernel.small.address(),
            0);
    if (answer == -Errno.ENOENT || answer == -Errno.ENOTDIR) {
      return Optional.empty();
    }
    if (answer < 0) {
      throw Kernel.failed(Call.STATX, path, answer);
    }
    return Optional.of(form(kernel.smallTaken(USED_BYTES), form));
  }

  public static Stat of(int file, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored =
        kernel.checked(
            Call.STATX,
            path,
            file,
            kernel.one(""),
            AT_EMPTY_PATH,
            STATX_BASIC_STATS,
            kernel.small.address(),
            0);
    return form(kernel.smallTaken(USED_BYTES), STAT);
  }

  /// Number of the kind of file system that holds an open file, as in statfs(2).
  public static long fileSystem(int file, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored = kernel.checked(Call.FSTATFS, path, file, kernel.small.address(), 0, 0, 0, 0);
    return kernel.small.get(JAVA_LONG, 0);
  }

  /// struct statx, which is the same on every processor.
  private static <T> T form(byte[] stat, Form<T> form) {
    return form.of(
        Short.toUnsignedInt(Kernel.shortAt(stat, 28)),
        Kernel.intAt(stat, 20),
        Kernel.intAt(stat, 24),
        Kernel.intAt(stat, 16),
        Kernel.longAt(stat, 32),
        device(Kernel.intAt(stat, 136), Kernel.intAt(stat, 140)),
        Kernel.longAt(stat, 40),
        Kernel.longAt(stat, 48),
        Kernel.longAt(stat, 112),
        Kernel.intAt(stat, 120),
        nanos(Kernel.longAt(stat, 96), Kernel.intAt(stat, 104)));
  }

  private static long device(int major, int minor) {
    return ((major & 0xfffff000L) << 32)
        | ((major & 0xfffL) << 8)
        | ((minor & 0xffffff00L) << 12)
        | (minor & 0xffL);
  }

  /// The ends of a long (1677, 2262) stand for what is beyond them.
  public static long nanos(long seconds, int nanos) {
    if (seconds > Long.MAX_VALUE / NANOS - 1) {
      return Long.MAX_VALUE;
    }
    return seconds < Long.MIN_VALUE / NANOS + 1 ? Long.MIN_VALUE : seconds * NANOS + nanos;
  }

  public boolean isDirectory() {
    return (mode & TYPE) == 0040000;
  }

  public boolean isFile() {
    return (mode & TYPE) == 0100000;
  }

  public boolean isSymlink() {
    return (mode & TYPE) == 0120000;
  }

  public int permissions() {
    return mode & 07777;
  }

  public boolean sameKind(Stat other) {
    return (mode & TYPE) == (other.mode & TYPE);
  }

  /// Whether some of its size is not on the disk.
  public boolean isSparse() {
    return blocks * BLOCK_BYTES < size;
  }

  /// Whether nothing happened to the entry between two looks.
  public boolean sameAs(Stat other) {
    return inode == other.inode
        && ctimeNanos == other.ctimeNanos
        && mtimeSeconds == other.mtimeSeconds
        && mtimeNanos == other.mtimeNanos
        && size == other.size
        && mode == other.mode;
  }
}
