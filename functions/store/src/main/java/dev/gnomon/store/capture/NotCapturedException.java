package dev.gnomon.store.capture;

/// The source is not in a state that may become a point.
public final class NotCapturedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /// @param reason a sentence for people
  public NotCapturedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
