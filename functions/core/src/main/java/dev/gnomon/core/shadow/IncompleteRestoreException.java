package dev.gnomon.core.shadow;

/// All content of a point is back, but this process may not set some of its owners or attributes.
/// Asking again does not help as long as it runs as the same user.
public final class IncompleteRestoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message how many, and the first path with what was refused
  public IncompleteRestoreException(String message) {
    super(message);
  }
}
