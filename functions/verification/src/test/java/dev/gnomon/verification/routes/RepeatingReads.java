package dev.gnomon.verification.routes;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

/// Repeats what only reads until it is answered; creates go through as they are.
record RepeatingReads(ObjectStore inner) implements ObjectStore {
  @Override
  public Creation create(ObjectName name, byte[] content) {
    return inner.create(name, content);
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    return inner.put(name, content);
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    return answered(() -> inner.read(name, range));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return answered(() -> inner.stat(name));
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return answered(() -> inner.list(prefix, after, limit));
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    inner.delete(names);
  }

  @Override
  public Instant time() {
    return answered(inner::time);
  }

  private static <T> T answered(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (ObjectStoreException e) {
        Thread.onSpinWait();
      }
    }
  }
}
