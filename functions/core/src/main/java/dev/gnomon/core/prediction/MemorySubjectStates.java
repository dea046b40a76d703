package dev.gnomon.core.prediction;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Keeps states in this process, those that were used last. Thread-safe.
public final class MemorySubjectStates implements SubjectStates {
  private final Map<String, byte[]> all;

  /// @param most entries, some kilobytes each
  public MemorySubjectStates(int most) {
    this.all =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > most;
          }
        };
  }

  @Override
  public synchronized Optional<byte[]> load(String name) {
    return Optional.ofNullable(all.get(name)).map(byte[]::clone);
  }

  @Override
  public synchronized void store(String name, byte[] state) {
    if (state.length <= MOST_BYTES) {
      all.put(name, state.clone());
    }
  }
}
