package dev.gnomon.runtime;

import org.jspecify.annotations.Nullable;

/// An event was not accepted by the sink.
public final class NotAccepted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean mayBeRetried;

  public NotAccepted(String message, boolean mayBeRetried, @Nullable Throwable cause) {
    super(message, cause);
    this.mayBeRetried = mayBeRetried;
  }

  /// False if the sink refused the event for good, or there is no sink.
  public boolean mayBeRetried() {
    return mayBeRetried;
  }
}
