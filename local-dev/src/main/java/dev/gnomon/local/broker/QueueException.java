package dev.gnomon.local.broker;

/// The queue can't be opened or can't store: locked by another process, damaged, disk full.
public final class QueueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  QueueException(String message) {
    super(message);
  }

  QueueException(String message, Throwable cause) {
    super(message, cause);
  }
}
