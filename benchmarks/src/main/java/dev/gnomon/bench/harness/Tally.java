package dev.gnomon.bench.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one contestant read so far, and why rounds of it failed. Not thread-safe.
final class Tally {
  private final Map<String, List<Double>> values = new HashMap<>();
  private final List<String> failures = new ArrayList<>();

  void add(Readings readings) {
    readings
        .values()
        .forEach((measure, value) ->
            values.computeIfAbsent(measure, name -> new ArrayList<>()).add(value));
  }

  void failed(String reason) {
    failures.add(reason);
  }

  boolean empty() {
    return values.isEmpty();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  Optional<Spread> spread(String measure) {
    return Optional.ofNullable(values.get(measure)).map(Spread::of);
  }
}
