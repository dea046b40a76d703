package dev.gnomon.core.shadow;

/// The work can't be done now because somebody else does it; asked again later it will find it
/// done.
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BusyException(String message) {
    super(message);
  }
}
