package dev.gnomon.verification.objects;

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

/// Passes everything on; tests override what they are about. As thread-safe as the store behind it.
public class ForwardingObjectStore implements ObjectStore {
  private final ObjectStore store;

  protected ForwardingObjectStore(ObjectStore store) {
    this.store = store;
  }

  /// Is called before each call is passed on; what it throws is what the call gives.
  ///
  /// @param call name of the method
  /// @param on name, prefix or names it is about
  protected void calls(String call, Object on) {}

  @Override
  public Creation create(ObjectName name, byte[] content) {
    calls("create", name);
    return store.create(name, content);
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    calls("put", name);
    return store.put(name, content);
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    calls("read", name);
    return store.read(name, range);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    calls("stat", name);
    return store.stat(name);
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    calls("list", prefix);
    return store.list(prefix, after, limit);
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    calls("delete", names);
    store.delete(names);
  }

  @Override
  public Instant time() {
    calls("time", "");
    return store.time();
  }
}
