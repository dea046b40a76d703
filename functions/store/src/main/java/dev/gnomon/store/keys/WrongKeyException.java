package dev.gnomon.store.keys;

import dev.gnomon.core.objects.ObjectStoreException;

/// A store can't be opened with the key that was given, or without one.
public final class WrongKeyException extends ObjectStoreException {
  private static final long serialVersionUID = 1L;

  public WrongKeyException(String message) {
    super(Kind.PERMANENT, message);
  }
}
