package dev.gnomon.filesystem.calls;

import java.util.concurrent.TimeUnit;

/// What statx(2) says of an entry, symbolic links not followed.
///
/// @param mode type and permission bits
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
    return blocks * 512 < size;
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

  static long nanos(long seconds, int nanos) {
    return TimeUnit.SECONDS.toNanos(seconds) + nanos;
  }
}
