package dev.gnomon.core.objects;

import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/// Repeats what failed transiently and may be repeated. Thread-safe.
///
/// - `create` is repeated after TRANSIENT faults only. After OUTCOME_UNKNOWN it is left to the
///   caller, who reads the name to see whose attempt won (ControlRecords).
/// - `put` is never repeated: its stream is consumed and can't be played again.
/// - `read`, `stat`, `list`, `delete` and `time` are repeated after OUTCOME_UNKNOWN too, and a
///   stream that breaks off goes on where it stopped: objects don't change under their name.
public final class RetryingObjectStore implements ObjectStore, AutoCloseable {
  private final ObjectStore store;
  private final Retries retries;

  public RetryingObjectStore(ObjectStore store, Retries retries) {
    this.store = store;
    this.retries = retries;
  }

  /// The store without retries, for who wants to know how it is right now.
  public ObjectStore once() {
    return store;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return retries.call(() -> store.create(name, content));
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    return store.put(name, content);
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    return retries
        .callRepeatable(() -> store.read(name, range))
        .map(stream -> new ResumingStream(store, retries, name, range, stream));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return retries.callRepeatable(() -> store.stat(name));
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return retries.callRepeatable(() -> store.list(prefix, after, limit));
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    retries.callRepeatable(() -> {
      store.delete(names);
      return true;
    });
  }

  @Override
  public Instant time() {
    return retries.callRepeatable(store::time);
  }

  /// Closes the store behind this one, if it can be closed.
  @Override
  public void close() throws Exception {
    if (store instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }
}
