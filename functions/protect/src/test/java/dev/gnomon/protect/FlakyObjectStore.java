package dev.gnomon.protect;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.verification.objects.ForwardingObjectStore;

/// A store that a test takes away and brings back.
final class FlakyObjectStore extends ForwardingObjectStore {
  private final ObjectStore store;
  volatile boolean away;

  FlakyObjectStore(ObjectStore store) {
    super(store);
    this.store = store;
  }

  ObjectStore inner() {
    return store;
  }

  @Override
  protected void calls(String call, Object on) {
    if (away) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT, "the store does not answer");
    }
  }
}
