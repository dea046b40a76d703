package dev.gnomon.store.files;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.FileContent;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawAttributes;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// System calls on files and directories with the exceptions of java.nio, so that what they are
/// used by need not know how a file is reached. `name` is what to call one in a fault. Only where
/// [#available].
final class FileCalls {
  private static final Stat.Form<FileStat> FILE_STAT = FileCalls::stat;

  private FileCalls() {}

  /// Whether this is a Linux whose system calls can be made.
  static boolean available() {
    return Linux.isAvailable();
  }

  /// Raw form of an absolute path.
  static String raw(Path path) {
    return RawName.ofWhole(path.toAbsolutePath());
  }

  /// @return bytes read, at most as many as fit; -1 at the end
  static int read(int fd, byte[] to, int offset, int length, Object name) throws IOException {
    try {
      return FileContent.read(fd, to, offset, length, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  static void write(int fd, byte[] from, int offset, int length, Object name) throws IOException {
    try {
      FileContent.write(fd, from, offset, length, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  static void position(int fd, long position, Object name) throws IOException {
    try {
      FileContent.position(fd, position, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  /// First byte at or after a position that is data.
  ///
  /// @return [FileContent#NO_MORE] if only a hole follows, [FileContent#NOT_KNOWN] where the file
  ///   system knows no holes
  static long data(int fd, long position, Object name) throws IOException {
    try {
      return FileContent.data(fd, position, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  /// First byte after a position that is in a hole, or the size.
  static long hole(int fd, long position, Object name) throws IOException {
    try {
      return FileContent.hole(fd, position, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  static void truncate(int fd, long size, Object name) throws IOException {
    try {
      FileContent.truncate(fd, size, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  static void mode(int fd, int mode, Object name) throws IOException {
    try {
      Inodes.permissions(fd, mode, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  /// @return whether this process may do that
  static boolean owner(int fd, int uid, int gid, Object name) throws IOException {
    try {
      Inodes.owner(fd, uid, gid, "");
      return true;
    } catch (CallFailed e) {
      if (e.errno() == Errno.EPERM) {
        return false;
      }
      throw e.asFileSystemException(name.toString());
    }
  }

  static void time(int fd, long seconds, int nanos, Object name) throws IOException {
    try {
      Inodes.time(fd, seconds, nanos, "");
    } catch (CallFailed e) {
      throw e.asFileSystemException(name.toString());
    }
  }

  /// Whether a file surely has no extended attributes.
  static boolean hasNoAttributes(int fd) {
    return RawAttributes.hasNone(fd);
  }

  static Optional<FileStat> stat(Path path) throws IOException {
    return stat(Descriptors.HERE, raw(path));
  }

  /// @param directory an open one
  /// @param name raw
  /// @return empty if there is no such entry (any more)
  static Optional<FileStat> stat(int directory, String name) throws IOException {
    try {
      return look(directory, name);
    } catch (CallFailed e) {
      throw e.asFileSystemException();
    }
  }

  /// The same with the fault of the call.
  static Optional<FileStat> look(int directory, String name) throws IOException {
    return Stat.look(directory, name, name, FILE_STAT);
  }

  private static FileStat stat(
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
    return new FileStat(
        FileStat.kind(mode),
        mode & 07777,
        uid,
        gid,
        size,
        mtimeSeconds,
        mtimeNanos,
        ctimeNanos,
        device,
        inode,
        links,
        blocks);
  }
}
