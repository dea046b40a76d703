package dev.gnomon.core.rollback;

import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Consistent cuts of several resources: the n-th cut gives each one point, none newer than the
/// cut's time.
final class Cuts {
  private Cuts() {}

  /// Older cuts behind a first one. The time of each is the greatest time of any point before the
  /// cut that it follows; every resource takes its newest point not after it.
  ///
  /// @param first one point a resource
  /// @param usable all usable points a resource, newest first
  /// @return candidates a resource, the first cut's point first; as many as there are whole cuts
  static Map<ResourceName, List<Candidate>> behind(
      Map<ResourceName, Candidate> first, Map<ResourceName, List<Candidate>> usable, int max) {
    Map<ResourceName, List<Candidate>> cuts = new LinkedHashMap<>();
    first.forEach((resource, candidate) -> cuts.put(resource, new ArrayList<>(List.of(candidate))));
    Map<ResourceName, Candidate> last = first;
    for (int count = 1; count < max; count++) {
      Instant oldest =
          last.values().stream().map(Candidate::time).min(Instant::compareTo).orElseThrow();
      Optional<Instant> time =
          usable.values().stream()
              .flatMap(List::stream)
              .map(Candidate::time)
              .filter(one -> one.isBefore(oldest))
              .max(Instant::compareTo);
      if (time.isEmpty()) {
        break;
      }
      Map<ResourceName, Candidate> next = new LinkedHashMap<>();
      for (ResourceName resource : first.keySet()) {
        usable.getOrDefault(resource, List.of()).stream()
            .filter(candidate -> !candidate.time().isAfter(time.get()))
            .findFirst()
            .ifPresent(candidate -> next.put(resource, candidate));
      }
      if (next.size() < first.size()) {
        break;
      }
      next.forEach((resource, candidate) ->
          cuts.computeIfAbsent(resource, ignored -> new ArrayList<>()).add(candidate));
      last = next;
    }
    return cuts;
  }
}
