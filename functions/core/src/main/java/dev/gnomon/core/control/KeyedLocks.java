package dev.gnomon.core.control;

import dev.gnomon.core.faults.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One lock a key, within this process. For economy only: it keeps two deliveries of one event from
/// doing the same work side by side. Nothing depends on it for being right, and nobody waits for it
/// without limit: work behind it may take as long as a tree is large.
public final class KeyedLocks {
  /// Longer than a step should take, far shorter than a delivery may.
  public static final Duration MAX_WAIT = Duration.ofMinutes(1);

  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /// Waits for whoever is at it, [#MAX_WAIT] at most.
  ///
  /// @throws Unavailable if it takes longer; the work was not begun then
  public <T extends @Nullable Object> T locked(String key, Supplier<T> work) {
    Entry entry = enter(key);
    try {
      if (!acquired(entry.lock, MAX_WAIT)) {
        throw new Unavailable(
            "'%s' is being worked on for longer than %s".formatted(key, MAX_WAIT));
      }
      return release(entry, work);
    } finally {
      leave(key);
    }
  }

  /// Does the work if nobody else is at it now.
  ///
  /// @return empty if somebody is
  public <T> Optional<T> tryLocked(String key, Supplier<T> work) {
    return tryLocked(key, Duration.ZERO, work);
  }

  /// Does the work if nobody else is at it after some time at most.
  ///
  /// @return empty if somebody is
  public <T> Optional<T> tryLocked(String key, Duration wait, Supplier<T> work) {
    Entry entry = enter(key);
    try {
      return acquired(entry.lock, wait) ? Optional.of(release(entry, work)) : Optional.empty();
    } finally {
      leave(key);
    }
  }

  private Entry enter(String key) {
    return entries.compute(
        key,
        (k, old) -> {
          Entry mine = old == null ? new Entry() : old;
          mine.users++;
          return mine;
        });
  }

  private void leave(String key) {
    entries.computeIfPresent(key, (k, old) -> --old.users == 0 ? null : old);
  }

  private static <T extends @Nullable Object> T release(Entry acquired, Supplier<T> work) {
    try {
      return work.get();
    } finally {
      acquired.lock.unlock();
    }
  }

  private static boolean acquired(ReentrantLock lock, Duration limit) {
    try {
      return lock.tryLock() || lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("interrupted");
    }
  }
}
