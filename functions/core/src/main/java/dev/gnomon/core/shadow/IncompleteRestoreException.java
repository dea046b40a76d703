package dev.gnomon.core.shadow;

/// All content of a point is back, but not some of its owners or attributes: this process may not
/// set them, or those that are there are in no undo point. Asking again does not help as long as it
/// runs as the same user and they are there.
public final class IncompleteRestoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message how many, and the first path with what was refused
  public IncompleteRestoreException(String message) {
    super(message);
  }
}
