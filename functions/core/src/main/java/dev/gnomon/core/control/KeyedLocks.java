package dev.gnomon.core.control;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// One lock a key, within this process. For economy only: it keeps two deliveries of one event from
/// doing the same work side by side. Nothing depends on it for being right.
public final class KeyedLocks {
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  public <T> T locked(String key, Supplier<T> work) {
    Entry entry =
        entries.compute(
            key,
            (k, old) -> {
              Entry mine = old == null ? new Entry() : old;
              mine.users++;
              return mine;
            });
    entry.lock.lock();
    try {
      return work.get();
    } finally {
      entry.lock.unlock();
      entries.computeIfPresent(key, (k, old) -> --old.users == 0 ? null : old);
    }
  }
}
