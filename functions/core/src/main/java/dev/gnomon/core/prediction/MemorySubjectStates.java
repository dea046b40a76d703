package dev.gnomon.core.prediction;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Keeps states in this process, those that were used last. Thread-safe.
public final class MemorySubjectStates implements SubjectStates {
  private final Map<String, Kept> all;

  /// @param most entries, some kilobytes each
  public MemorySubjectStates(int most) {
    this.all =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > most;
          }
        };
  }

  @Override
  public synchronized Optional<Kept> load(String name) {
    return Optional.ofNullable(all.get(name))
        .map(kept -> new Kept(kept.revision(), kept.state().clone()));
  }

  @Override
  public synchronized boolean store(String name, Kept kept) {
    Kept before = all.get(name);
    if (before != null && before.revision() >= kept.revision()) {
      return false;
    }
    if (kept.state().length <= MOST_BYTES) {
      all.put(name, new Kept(kept.revision(), kept.state().clone()));
    }
    return true;
  }
}
