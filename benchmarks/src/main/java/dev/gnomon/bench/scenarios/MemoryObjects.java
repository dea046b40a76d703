package dev.gnomon.bench.scenarios;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Clock;

/// The object store of a cell in virtual time: in memory, and away while its cell is. Passes the
/// contract of all stores. Thread-safe.
final class MemoryObjects extends ForwardingObjectStore {
  private volatile boolean away;

  MemoryObjects(Clock clock) {
    super(new InMemoryObjectStore(clock));
  }

  /// While it is away every call is a transient fault.
  void away(boolean isAway) {
    away = isAway;
  }

  @Override
  protected void calls(String call, Object on) {
    if (away) {
      throw new ObjectStoreException(Kind.TRANSIENT, "the cell does not answer");
    }
  }
}
