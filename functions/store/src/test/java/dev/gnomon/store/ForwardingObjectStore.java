package dev.gnomon.store;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/// Passes everything on; tests override what they are about.
class ForwardingObjectStore implements ObjectStore {
  private final ObjectStore store;

  ForwardingObjectStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return store.create(name, content);
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    return store.put(name, content);
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    return store.read(name, range);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return store.stat(name);
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return store.list(prefix, after, limit);
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    store.delete(names);
  }

  @Override
  public Instant time() {
    return store.time();
  }
}
