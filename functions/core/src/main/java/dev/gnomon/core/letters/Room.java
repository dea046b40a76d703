package dev.gnomon.core.letters;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// How many letters are kept, and how large they are together. What others keep meanwhile is seen
/// within [#RECOUNT], so several processes may go a little over the limits. Thread-safe.
final class Room {
  static final Duration RECOUNT = Duration.ofSeconds(10);
  private static final int PAGE = 1000;

  private final ObjectStore store;
  private final LetterLimits limits;
  private final LongSupplier nanos;
  private boolean counted;
  private long at;
  private long letters;
  private long bytes;

  Room(ObjectStore store, LetterLimits limits, LongSupplier nanos) {
    this.store = store;
    this.limits = limits;
    this.nanos = nanos;
  }

  synchronized boolean hasFor(long more) {
    long now = nanos.getAsLong();
    if (!counted || now - at >= RECOUNT.toNanos()) {
      count();
      counted = true;
      at = now;
    }
    return letters < limits.letters() && bytes + more <= limits.bytes();
  }

  synchronized void taken(long more) {
    letters++;
    bytes += more;
  }

  private void count() {
    long found = 0;
    long size = 0;
    Optional<ObjectName> after = Optional.empty();
    do {
      ObjectPage page = store.list(LetterRecords.EVENTS, after, PAGE);
      for (ObjectStat object : page.objects()) {
        found++;
        size += object.sizeBytes();
      }
      after = page.next();
    } while (after.isPresent() && found < limits.letters());
    letters = found;
    bytes = size;
  }
}
