package dev.gnomon.protect;

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

/// A store that a test takes away and brings back.
final class FlakyObjectStore implements ObjectStore {
  private final ObjectStore store;
  volatile boolean away;

  FlakyObjectStore(ObjectStore store) {
    this.store = store;
  }

  ObjectStore inner() {
    return store;
  }

  private ObjectStore reached() {
    if (away) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT, "the store does not answer");
    }
    return store;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return reached().create(name, content);
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    return reached().put(name, content);
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    return reached().read(name, range);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return reached().stat(name);
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return reached().list(prefix, after, limit);
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    reached().delete(names);
  }

  @Override
  public Instant time() {
    return reached().time();
  }
}
