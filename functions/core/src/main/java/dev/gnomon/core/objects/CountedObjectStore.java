package dev.gnomon.core.objects;

import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Counts what a store is asked for, also what fails. Stands beneath the retries, so that each try
/// counts. Thread-safe.
public final class CountedObjectStore implements ObjectStore, LargePutTrial, AutoCloseable {
  private final ObjectStore store;
  private final Map<Request, LongAdder> counts = new EnumMap<>(Request.class);

  /// What can be asked for. The time is none: a directory has it for nothing.
  public enum Request {
    CREATE,
    PUT,
    READ,
    STAT,
    LIST,
    DELETE
  }

  public CountedObjectStore(ObjectStore store) {
    this.store = store;
    for (Request request : Request.values()) {
      counts.put(request, new LongAdder());
    }
  }

  /// How often it was asked for this since it was made.
  public long count(Request request) {
    return adder(request).sum();
  }

  private LongAdder adder(Request request) {
    LongAdder adder = counts.get(request);
    if (adder == null) {
      throw new IllegalStateException("no count of " + request);
    }
    return adder;
  }

  /// The store that is asked.
  private ObjectStore asked(Request request) {
    adder(request).increment();
    return store;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return asked(Request.CREATE).create(name, content);
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    return asked(Request.PUT).put(name, content);
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    return asked(Request.READ).read(name, range);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return asked(Request.STAT).stat(name);
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return asked(Request.LIST).list(prefix, after, limit);
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    asked(Request.DELETE).delete(names);
  }

  @Override
  public Instant time() {
    return store.time();
  }

  @Override
  public Optional<String> putOver(ObjectName taken) {
    return store instanceof LargePutTrial trial ? trial.putOver(taken) : Optional.empty();
  }

  @Override
  public void close() throws Exception {
    if (store instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }
}
