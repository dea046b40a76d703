package dev.gnomon.bench.scenarios;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ObjectStoreContract;
import java.time.Clock;

class MemoryObjectsTest extends ObjectStoreContract {
  @Override
  protected ObjectStore openEmptyStore() {
    return new MemoryObjects(Clock.systemUTC());
  }
}
