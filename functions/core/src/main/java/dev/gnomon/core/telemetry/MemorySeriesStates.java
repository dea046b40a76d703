package dev.gnomon.core.telemetry;

import dev.gnomon.core.prediction.Subject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keeps states in this process, those that were stored last. Thread-safe.
public final class MemorySeriesStates implements SeriesStates {
  private final int seriesAtMost;
  private final InstantSource clock;
  private final Map<Place, Kept> all = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Subject, Set<String>> ids = new HashMap<>();

  private record Place(Subject subject, String id) {}

  private record Kept(byte[] state, String glance, Instant until) {}

  /// @param seriesAtMost of all subjects together, some 4.5 KiB each
  public MemorySeriesStates(int seriesAtMost, InstantSource clock) {
    this.seriesAtMost = seriesAtMost;
    this.clock = clock;
  }

  @Override
  public synchronized Optional<Map<String, byte[]>> load(
      Subject subject, Collection<String> wanted) {
    expire(subject);
    Map<String, byte[]> found = new HashMap<>();
    for (String id : wanted) {
      Kept kept = all.get(new Place(subject, id));
      if (kept != null) {
        found.put(id, kept.state().clone());
      }
    }
    return Optional.of(found);
  }

  @Override
  public synchronized Optional<Set<String>> store(
      Subject subject, List<Entry> entries, Budget budget) {
    expire(subject);
    Set<String> refused = new HashSet<>();
    for (Entry entry : entries) {
      Set<String> known = ids.computeIfAbsent(subject, each -> new HashSet<>());
      if (!known.contains(entry.id()) && known.size() >= budget.series()) {
        refused.add(entry.id());
        continue;
      }
      known.add(entry.id());
      all.put(
          new Place(subject, entry.id()),
          new Kept(entry.state().clone(), entry.glance(), until(budget.kept())));
      dropOldest();
    }
    return Optional.of(refused);
  }

  @Override
  public synchronized Optional<Map<String, String>> glances(Subject subject) {
    expire(subject);
    Map<String, String> glances = new HashMap<>();
    for (String id : ids.getOrDefault(subject, Set.of())) {
      Kept kept = all.get(new Place(subject, id));
      if (kept != null) {
        glances.put(id, kept.glance());
      }
    }
    return Optional.of(glances);
  }

  @Override
  public synchronized void forget(Subject subject, Collection<String> forgotten) {
    forgotten.forEach(id -> remove(new Place(subject, id)));
  }

  private Instant until(Duration kept) {
    return clock.instant().plus(kept);
  }

  private void expire(Subject subject) {
    Instant now = clock.instant();
    for (String id : List.copyOf(ids.getOrDefault(subject, Set.of()))) {
      Place place = new Place(subject, id);
      Kept kept = all.get(place);
      if (kept != null && kept.until().isBefore(now)) {
        remove(place);
      }
    }
  }

  private void dropOldest() {
    if (all.size() > seriesAtMost) {
      remove(all.keySet().iterator().next());
    }
  }

  private void remove(Place place) {
    all.remove(place);
    Set<String> known = ids.get(place.subject());
    if (known != null && known.remove(place.id()) && known.isEmpty()) {
      ids.remove(place.subject());
    }
  }
}
