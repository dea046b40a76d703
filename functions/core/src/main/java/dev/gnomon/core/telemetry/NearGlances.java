package dev.gnomon.core.telemetry;

import dev.gnomon.core.prediction.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// What was read of the series of subjects, so that a batch of a few samples does not read
/// thousands of others each time: what this process takes in itself is put in at once, what other
/// processes take in is seen after [#FRESH]. Bounded; what has no room is read each time.
/// Thread-safe.
final class NearGlances {
  /// Far less than the shortest patience after which a series is missing.
  static final Duration FRESH = Duration.ofSeconds(10);

  /// Of all subjects together, some 300 bytes each.
  static final int MOST = 50_000;

  private final Map<Subject, Known> known = new LinkedHashMap<>(16, 0.75f, true);
  private int held;

  private record Known(Map<String, Glance> glances, Instant read) {}

  /// All of a subject, with what was taken in just now.
  ///
  /// @param own by the ids of their series
  /// @param read asks for all that are stored, if that is needed
  Map<String, Glance> with(
      Subject subject, Map<String, Glance> own, Instant now, Supplier<Map<String, Glance>> read) {
    Map<String, Glance> all = new HashMap<>();
    Instant readAt = now;
    synchronized (this) {
      Known before = known.get(subject);
      if (before != null && isFresh(before.read(), now)) {
        all.putAll(before.glances());
        readAt = before.read();
      }
    }
    if (all.isEmpty()) {
      all.putAll(read.get());
    }
    all.putAll(own);
    put(subject, new Known(Map.copyOf(all), readAt));
    return all;
  }

  /// All of a subject, as they are stored now.
  Map<String, Glance> read(Subject subject, Instant now, Supplier<Map<String, Glance>> read) {
    forget(subject);
    return with(subject, Map.of(), now, read);
  }

  private static boolean isFresh(Instant read, Instant now) {
    return !now.isBefore(read) && now.isBefore(read.plus(FRESH));
  }

  synchronized void forget(Subject subject) {
    Known before = known.remove(subject);
    if (before != null) {
      held -= before.glances().size();
    }
  }

  private synchronized void put(Subject subject, Known now) {
    forget(subject);
    if (now.glances().size() > MOST) {
      return;
    }
    known.put(subject, now);
    held += now.glances().size();
    var oldest = known.entrySet().iterator();
    while (held > MOST) {
      held -= oldest.next().getValue().glances().size();
      oldest.remove();
    }
  }
}
