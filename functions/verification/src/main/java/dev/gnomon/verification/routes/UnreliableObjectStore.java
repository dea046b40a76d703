package dev.gnomon.verification.routes;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// An object store whose calls go wrong as its plan of faults says: refused, or lost before or
/// after they took effect.
public final class UnreliableObjectStore implements ObjectStore {
  /// What happens to one call.
  public enum Fault {
    NONE,
    REFUSED,
    LOST_BEFORE,
    LOST_AFTER
  }

  private final ObjectStore inner;
  private final AtomicReference<Supplier<Fault>> faults = new AtomicReference<>(() -> Fault.NONE);

  public UnreliableObjectStore(ObjectStore inner) {
    this.inner = inner;
  }

  /// @param next asked once before each call
  public void faults(Supplier<Fault> next) {
    faults.set(next);
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return call(() -> inner.create(name, content));
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    return call(() -> inner.put(name, content));
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    return call(() -> inner.read(name, range));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return call(() -> inner.stat(name));
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return call(() -> inner.list(prefix, after, limit));
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    call(() -> {
      inner.delete(names);
      return names;
    });
  }

  @Override
  public Instant time() {
    return call(inner::time);
  }

  private <T> T call(Supplier<T> call) {
    return switch (faults.get().get()) {
      case NONE -> call.get();
      case REFUSED -> throw new ObjectStoreException(Kind.TRANSIENT, "refused, as planned");
      case LOST_BEFORE -> throw lost();
      case LOST_AFTER -> {
        var unused = call.get();
        throw lost();
      }
    };
  }

  private static ObjectStoreException lost() {
    return new ObjectStoreException(Kind.OUTCOME_UNKNOWN, "answer lost, as planned");
  }
}
