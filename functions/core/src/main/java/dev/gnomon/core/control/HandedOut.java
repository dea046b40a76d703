package dev.gnomon.core.control;

import dev.gnomon.core.objects.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// What this process has handed out, so that a sweep hands it out again only past its deadline: a
/// minute after the first time, then twice as long each time, [#MAX_DEADLINE] at most. For economy
/// only: a process that was started anew remembers nothing and hands everything out once.
/// Thread-safe.
public final class HandedOut {
  public static final Duration FIRST_DEADLINE = Duration.ofMinutes(1);
  public static final Duration MAX_DEADLINE = Duration.ofMinutes(32);

  /// The oldest is forgotten beyond it, and handed out once too often then.
  private static final int MAX_REMEMBERED = 100_000;

  private final Map<ObjectName, Last> last =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectName, Last> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  private record Last(Instant time, Duration deadline) {}

  /// Whether it is to be handed out now, which is noted. Nothing else is asked twice.
  ///
  /// @param now by the store's clock; one that went back counts as past the deadline
  public synchronized boolean isDue(ObjectName what, Instant now) {
    Last before = last.get(what);
    if (before == null) {
      note(what, now, FIRST_DEADLINE);
      return true;
    }
    Duration age = Duration.between(before.time(), now);
    if (!age.isNegative() && age.compareTo(before.deadline()) < 0) {
      return false;
    }
    Duration twice = before.deadline().multipliedBy(2);
    note(what, now, twice.compareTo(MAX_DEADLINE) > 0 ? MAX_DEADLINE : twice);
    return true;
  }

  private void note(ObjectName what, Instant now, Duration deadline) {
    last.remove(what); // the order is that of the last time
    last.put(what, new Last(now, deadline));
  }
}
