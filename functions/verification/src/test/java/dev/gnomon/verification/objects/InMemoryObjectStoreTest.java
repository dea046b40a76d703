package dev.gnomon.verification.objects;

import dev.gnomon.core.objects.ObjectStore;

class InMemoryObjectStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore openEmptyStore() {
    return new InMemoryObjectStore();
  }
}
