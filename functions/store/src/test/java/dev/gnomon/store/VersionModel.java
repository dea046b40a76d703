package dev.gnomon.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a prefix held at every moment: all writes to it in the order in which they were made.
final class VersionModel {
  private final List<Made> all = new ArrayList<>();

  /// @param content empty if the key was deleted
  record Made(Instant time, String key, Optional<String> content) {}

  void made(Instant time, String key, Optional<String> content) {
    all.add(new Made(time, key, content));
  }

  int size() {
    return all.size();
  }

  TreeSet<Instant> times() {
    TreeSet<Instant> times = new TreeSet<>();
    all.forEach(one -> times.add(one.time()));
    return times;
  }

  SortedMap<String, String> at(Instant time) {
    return state(all.stream().filter(one -> !one.time().isAfter(time)).toList());
  }

  /// After so many writes.
  SortedMap<String, String> after(int writes) {
    return state(all.subList(0, writes));
  }

  private static SortedMap<String, String> state(List<Made> made) {
    TreeMap<String, String> state = new TreeMap<>();
    made.forEach(one ->
        one.content()
            .ifPresentOrElse(text -> state.put(one.key(), text), () -> state.remove(one.key())));
    return state;
  }
}
