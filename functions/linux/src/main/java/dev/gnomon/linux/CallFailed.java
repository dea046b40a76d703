package dev.gnomon.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// A system call that gave an error.
public final class CallFailed extends IOException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String path;
  private final int errno;

  /// @param what was to be done, such as `open`
  /// @param on raw path; empty if it was on none
  public CallFailed(String what, String on, int errno) {
    super("can't %s '%s': %s".formatted(what, RawName.display(on), Errno.reason(errno)));
    this.what = what;
    this.path = RawName.display(on);
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  /// Whether there is no such entry, or not one of that kind (any more).
  public boolean isGone() {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ESTALE, Errno.ENXIO -> true;
      default -> false;
    };
  }

  /// Whether there is no room, on the disk or in a quota.
  public boolean isFull() {
    return errno == Errno.ENOSPC || errno == Errno.EDQUOT;
  }

  /// The exception that java.nio would throw.
  public FileSystemException asFileSystemException() {
    return asFileSystemException(path);
  }

  /// The same where the call knew less of the path.
  ///
  /// @param entry what to call it, as text
  public FileSystemException asFileSystemException(String entry) {
    FileSystemException fault =
        switch (errno) {
          case Errno.ENOENT -> new NoSuchFileException(entry);
          case Errno.ENOTDIR -> new NotDirectoryException(entry);
          case Errno.EACCES -> new AccessDeniedException(entry);
          case Errno.EEXIST -> new FileAlreadyExistsException(entry);
          case Errno.ENOTEMPTY -> new DirectoryNotEmptyException(entry);
          case Errno.EPERM -> new FileSystemException(entry, null, Errno.reason(errno));
          default ->
              new FileSystemException(
                  entry, null, "can't %s: %s".formatted(what, Errno.reason(errno)));
        };
    fault.initCause(this);
    return fault;
  }
}
