package dev.gnomon.store.files;

import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What the file system says of one entry, symbolic links not followed.
///
/// @param mode permission bits with setuid, setgid and sticky (12 bits)
/// @param uid owner, as the 32 bits of the file system in an int
/// @param mtimeSeconds last change of the content, since 1970; people set it as they like, so it
///   may lie further off than a long holds nanoseconds
/// @param mtimeNanoOfSecond of it, 0 to 999,999,999
/// @param ctimeNanos last change of anything, nanoseconds since 1970; nobody can set it back
/// @param blocks of 512 bytes that are allocated; -1 if that is not known
public record FileStat(
    Kind kind,
    int mode,
    int uid,
    int gid,
    long size,
    long mtimeSeconds,
    int mtimeNanoOfSecond,
    long ctimeNanos,
    long device,
    long inode,
    int links,
    long blocks) {
  private static final String WANTED =
      "unix:mode,uid,gid,size,lastModifiedTime,ctime,dev,ino,nlink";
  private static final int TYPE_BITS = 0170000;
  private static final long BLOCK_BYTES = 512;
  private static final long MIN_HOLE_BYTES = 4096;

  /// Smaller files may lie in their inode, with no block at all.
  private static final long MIN_SPARSE_BYTES = 8192;

  /// What an entry is.
  public enum Kind {
    FILE("a regular file"),
    DIRECTORY("a directory"),
    SYMLINK("a symbolic link"),
    FIFO("a fifo"),
    SOCKET("a socket"),
    DEVICE("a device"),
    OTHER("an entry of unknown kind");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /// @return empty if there is no such entry (any more)
  public static Optional<FileStat> of(Path path) throws IOException {
    return FileCalls.available() ? FileCalls.stat(path) : byNio(path);
  }

  /// Looks at an entry of an open directory; only on Linux.
  ///
  /// @param name raw
  /// @return empty if there is no such entry (any more)
  public static Optional<FileStat> of(int directory, String name) throws IOException {
    return FileCalls.stat(directory, name);
  }

  static Optional<FileStat> byNio(Path path) throws IOException {
    Map<String, Object> all;
    try {
      all = Files.readAttributes(path, WANTED, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (java.nio.file.FileSystemException e) {
      if ("Not a directory".equals(e.getReason())) { // a parent was replaced by a file
        return Optional.empty();
      }
      throw e;
    }
    int mode = number(all, "mode").intValue();
    Instant mtime = time(all, "lastModifiedTime").toInstant();
    return Optional.of(
        new FileStat(
            kind(mode),
            mode & 07777,
            number(all, "uid").intValue(),
            number(all, "gid").intValue(),
            number(all, "size").longValue(),
            mtime.getEpochSecond(),
            mtime.getNano(),
            time(all, "ctime").to(TimeUnit.NANOSECONDS),
            number(all, "dev").longValue(),
            number(all, "ino").longValue(),
            number(all, "nlink").intValue(),
            -1));
  }

  /// Whether nothing happened to the entry between two looks.
  public boolean sameAs(FileStat other) {
    return kind == other.kind
        && size == other.size
        && mtimeSeconds == other.mtimeSeconds
        && mtimeNanoOfSecond == other.mtimeNanoOfSecond
        && ctimeNanos == other.ctimeNanos
        && inode == other.inode;
  }

  /// Whether much less is allocated of a file than its size: it has holes.
  public boolean isSparse() {
    return kind == Kind.FILE
        && blocks >= 0
        && size >= MIN_SPARSE_BYTES
        && blocks * BLOCK_BYTES + MIN_HOLE_BYTES <= size;
  }

  /// Last change of the content in nanoseconds since 1970; the ends of a long (1677, 2262) stand
  /// for what is beyond them.
  public long mtimeNanos() {
    return Stat.nanos(mtimeSeconds, mtimeNanoOfSecond);
  }

  private static Number number(Map<String, Object> all, String name) {
    if (all.get(name) instanceof Number number) {
      return number;
    }
    throw new IllegalStateException("the file system does not say '" + name + "' of its files");
  }

  private static FileTime time(Map<String, Object> all, String name) {
    if (all.get(name) instanceof FileTime time) {
      return time;
    }
    throw new IllegalStateException("the file system does not say '" + name + "' of its files");
  }

  static Kind kind(int mode) {
    return switch (mode & TYPE_BITS) {
      case 0100000 -> Kind.FILE;
      case 0040000 -> Kind.DIRECTORY;
      case 0120000 -> Kind.SYMLINK;
      case 0010000 -> Kind.FIFO;
      case 0140000 -> Kind.SOCKET;
      case 0020000, 0060000 -> Kind.DEVICE;
      default -> Kind.OTHER;
    };
  }
}
