package dev.gnomon.local.servers;

/// An embedded server can't be started; the message says which and why.
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
