package dev.gnomon.verification.predictions;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;

class InMemoryModelShelfTest extends ModelShelfContract {
  @Override
  protected ObjectStore openEmptyStore() {
    return new InMemoryObjectStore();
  }
}
