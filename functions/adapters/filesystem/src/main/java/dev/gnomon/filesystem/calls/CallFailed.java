package dev.gnomon.filesystem.calls;

import java.io.IOException;

/// A system call that gave an error.
public final class CallFailed extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /// @param call such as `openat`
  /// @param on raw path
  public CallFailed(String call, String on, int errno) {
    super("%s of '%s' failed: %s".formatted(call, RawText.shown(on), reason(errno)));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  /// Whether there is no such entry, or not one of that kind (any more).
  public boolean isGone() {
    return switch (errno) {
      case Linux.ENOENT, Linux.ENOTDIR, Linux.ELOOP, Linux.ESTALE, Linux.ENXIO -> true;
      default -> false;
    };
  }

  private static String reason(int errno) {
    return switch (errno) {
      case Linux.EPERM -> "operation not permitted";
      case Linux.ENOENT -> "no such file or directory";
      case Linux.EIO -> "input/output error";
      case Linux.EACCES -> "permission denied";
      case Linux.EEXIST -> "it exists";
      case Linux.ENOTDIR -> "not a directory";
      case Linux.EISDIR -> "it is a directory";
      case Linux.EMFILE, Linux.ENFILE -> "too many open files";
      case Linux.ENOSPC -> "no space left, or a limit is reached";
      case Linux.EROFS -> "read-only file system";
      case Linux.ENOTEMPTY -> "directory not empty";
      case Linux.EDQUOT -> "disk quota exceeded";
      default -> "error " + errno;
    };
  }
}
