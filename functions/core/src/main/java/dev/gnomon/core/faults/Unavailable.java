package dev.gnomon.core.faults;

/// Something that the work needs is away, or has not appeared yet; the same request may be sent
/// again (503). For object stores their own exception says the same.
public final class Unavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Unavailable(String message) {
    super(message);
  }

  public Unavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
