package dev.gnomon.core.faults;

/// A request that can't be carried out as it stands, now or later: an unknown resource, a request
/// that contradicts a running one. Asking again does not help (400, dead letter).
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message for people: what was expected, what was found, and the id
  public Refusal(String message) {
    super(message);
  }

  public Refusal(String message, Throwable cause) {
    super(message, cause);
  }
}
