package dev.gnomon.local.stack;

/// The stack can't start; the message is for the person who started it.
public final class StackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StackException(String message) {
    super(message);
  }

  StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
