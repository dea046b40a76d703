package dev.gnomon.core.rollback;

/// Automatic action was paused in the middle of a step that can stop at any moment.
final class PausedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PausedException() {
    super("automatic action is paused");
  }
}
