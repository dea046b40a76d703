package dev.gnomon.core.notices;

import dev.gnomon.core.control.OpenWork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The markers of dead letters, `open/dead_notices/<when, newer first>/<key>/<target>`. A letter
/// may have several, if it died again or whoever should have taken one away was killed.
record DeadMarkers(OpenWork openWork) {
  /// Later times get smaller numbers of as many digits; enough until the year 2286.
  private static final long LATEST_MILLIS = 9_999_999_999_999L;

  /// A notice for a target that it could not be given to.
  ///
  /// @param markers the newest first
  record DeadName(String key, String target, List<String> markers) {
    /// Names of newer letters come first.
    String newest() {
      return markers.getFirst();
    }
  }

  void died(String key, String target, Instant time) {
    long before = Math.clamp(LATEST_MILLIS - time.toEpochMilli(), 0, LATEST_MILLIS);
    openWork.opened(OpenWork.Kind.DEAD_NOTICES, "%013d/%s/%s".formatted(before, key, target));
  }

  /// The letters, the newest first.
  List<DeadName> all() {
    Map<List<String>, List<String>> markers = new LinkedHashMap<>();
    for (String marker : openWork.open(OpenWork.Kind.DEAD_NOTICES)) {
      names(marker)
          .ifPresent(name -> markers.computeIfAbsent(name, any -> new ArrayList<>()).add(marker));
    }
    return markers.entrySet().stream()
        .map(one ->
            new DeadName(
                one.getKey().getFirst(), one.getKey().getLast(), List.copyOf(one.getValue())))
        .toList();
  }

  void buried(DeadName dead) {
    dead.markers().forEach(marker -> openWork.closed(OpenWork.Kind.DEAD_NOTICES, marker));
  }

  /// Key and target.
  private static Optional<List<String>> names(String marker) {
    String[] parts = marker.split("/", -1);
    return parts.length < 2
        ? Optional.empty()
        : Optional.of(List.of(parts[parts.length - 2], parts[parts.length - 1]));
  }
}
