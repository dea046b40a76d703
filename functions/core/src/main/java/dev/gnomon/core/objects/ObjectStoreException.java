package dev.gnomon.core.objects;

import java.io.IOException;

/// A fault of an object store. The adapter decides the kind once; callers act on the kind alone.
public class ObjectStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What a fault means for the caller.
  public enum Kind {
    /// Nothing happened, or the call may be repeated without harm: 503 SlowDown, 429, connection
    /// refused; any fault of a call that only reads.
    TRANSIENT,
    /// Repeating does not help: wrong credentials, missing bucket, full disk, a name that is
    /// refused, damaged content.
    PERMANENT,
    /// The call may or may not have taken effect: reset or time-out after the request was sent; a
    /// 500, 502 or 504 in answer to a write.
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

  /// The fault that an IOException of a stream of an object carries; TRANSIENT if it carries none.
  public static ObjectStoreException of(IOException e, String what) {
    return e.getCause() instanceof ObjectStoreException fault
        ? fault
        : new ObjectStoreException(Kind.TRANSIENT, what + ": " + e.getMessage(), e);
  }

  public Kind kind() {
    return kind;
  }
}
