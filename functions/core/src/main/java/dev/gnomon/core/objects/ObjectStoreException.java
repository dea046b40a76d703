package dev.gnomon.core.objects;

/// A fault of an object store. The adapter decides the kind once; callers act on the kind alone.
public final class ObjectStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What a fault means for the caller.
  public enum Kind {
    /// Nothing happened or the call may simply be repeated: 5xx, 503 SlowDown, 429, connection
    /// refused.
    TRANSIENT,
    /// Repeating does not help: wrong credentials, missing bucket, full disk, a name that is
    /// refused.
    PERMANENT,
    /// The call may or may not have taken effect: reset or time-out after the request was sent.
    OUTCOME_UNKNOWN
  }

  private final Kind kind;

  public ObjectStoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ObjectStoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
