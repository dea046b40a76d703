package dev.gnomon.core.faults;

import java.time.Duration;

/// Too much runs already; the same request may be sent again after a while (429).
public final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  public Busy(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  public Duration retryAfter() {
    return retryAfter;
  }
}
