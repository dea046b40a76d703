package dev.gnomon.protect;

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
import java.util.function.Predicate;

/// Runs something once, right before or right after an object is created: what another process does
/// at that very moment.
final class HookedObjectStore implements ObjectStore {
  private final ObjectStore store;
  private Predicate<String> before = name -> false;
  private Predicate<String> after = name -> false;
  private Runnable hook = () -> {};

  HookedObjectStore(ObjectStore store) {
    this.store = store;
  }

  void beforeCreating(Predicate<String> names, Runnable once) {
    before = names;
    hook = once;
  }

  void afterCreating(Predicate<String> names, Runnable once) {
    after = names;
    hook = once;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    if (before.test(name.value())) {
      before = ignored -> false;
      hook.run();
    }
    Creation creation = store.create(name, content);
    if (after.test(name.value())) {
      after = ignored -> false;
      hook.run();
    }
    return creation;
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
