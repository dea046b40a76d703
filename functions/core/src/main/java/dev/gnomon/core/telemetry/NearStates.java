package dev.gnomon.core.telemetry;

import dev.gnomon.core.prediction.Subject;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// States that all processes share, with the newest ones of this process kept near: while the
/// shared ones are away or lost, scoring goes on with these. Of two states of a series the one with
/// the newer sample counts. Thread-safe.
public final class NearStates implements SeriesStates {
  private final SeriesStates shared;
  private final SeriesStates near;

  public NearStates(SeriesStates shared, MemorySeriesStates near) {
    this.shared = shared;
    this.near = near;
  }

  @Override
  public Optional<Map<String, byte[]>> load(Subject subject, Collection<String> ids) {
    Map<String, byte[]> found = new HashMap<>(shared.load(subject, ids).orElseGet(Map::of));
    near.load(subject, ids)
        .orElseGet(Map::of)
        .forEach((id, state) -> found.merge(id, state, SeriesState::newer));
    return Optional.of(found);
  }

  @Override
  public Optional<Set<String>> store(Subject subject, List<Entry> entries, Budget budget) {
    Set<String> refused = new HashSet<>();
    shared.store(subject, entries, budget).ifPresent(refused::addAll);
    List<Entry> taken = entries.stream().filter(entry -> !refused.contains(entry.id())).toList();
    near.store(subject, taken, budget).ifPresent(refused::addAll);
    return Optional.of(refused);
  }

  @Override
  public Optional<Map<String, String>> glances(Subject subject) {
    Optional<Map<String, String>> all = shared.glances(subject);
    return all.filter(known -> !known.isEmpty()).or(() -> near.glances(subject));
  }

  @Override
  public void forget(Subject subject, Collection<String> ids) {
    near.forget(subject, ids);
    shared.forget(subject, ids);
  }
}
