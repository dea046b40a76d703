package dev.gnomon.core.letters;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// How many letters are kept, and how large they are together. What others keep or see to meanwhile
/// is seen within [#RECOUNT], so several processes may go a little over the limits. Thread-safe.
///
/// A letter that somebody has seen to is kept for people who look back, and gives way to a new one
/// when there is no room, the oldest first.
final class Room {
  static final Duration RECOUNT = Duration.ofSeconds(10);
  private static final int PAGE = 1000;

  private final ObjectStore store;
  private final LetterRecords records;
  private final ForgetLetters forget;
  private final LetterLimits limits;
  private final LongSupplier nanos;
  private final Deque<ObjectStat> seenTo = new ArrayDeque<>();
  private Optional<Long> countedAt = Optional.empty();
  private Optional<Long> soughtAt = Optional.empty();
  private long letters;
  private long bytes;

  Room(
      ObjectStore store,
      LetterRecords records,
      ForgetLetters forget,
      LetterLimits limits,
      LongSupplier nanos) {
    this.store = store;
    this.records = records;
    this.forget = forget;
    this.limits = limits;
    this.nanos = nanos;
  }

  synchronized boolean hasFor(long more) {
    if (more > limits.bytes()) {
      return false;
    }
    if (isDue(countedAt)) {
      count(events(limits.letters()));
    }
    return fits(more) || makes(more);
  }

  synchronized void taken(long more) {
    letters++;
    bytes += more;
  }

  private boolean fits(long more) {
    return letters < limits.letters() && bytes + more <= limits.bytes();
  }

  private boolean makes(long more) {
    if (seenTo.isEmpty() && isDue(soughtAt)) {
      seek();
    }
    while (!fits(more) && !seenTo.isEmpty()) {
      ObjectStat event = seenTo.remove();
      if (forget.now(key(event))) {
        letters--;
        bytes -= event.sizeBytes();
      }
    }
    return fits(more);
  }

  /// What has no marker was seen to; its log is read before it is forgotten.
  private void seek() {
    List<ObjectStat> events = events(Integer.MAX_VALUE);
    count(events);
    Set<String> open = new HashSet<>();
    records.markers().forEach(marker -> Letter.keyOf(marker).ifPresent(open::add));
    events.stream()
        .filter(event -> !open.contains(key(event)))
        .sorted(Comparator.comparing(ObjectStat::modified))
        .forEach(seenTo::add);
    soughtAt = Optional.of(nanos.getAsLong());
  }

  private static String key(ObjectStat event) {
    return event.name().value().substring(LetterRecords.EVENTS.length());
  }

  private boolean isDue(Optional<Long> last) {
    return last.map(at -> nanos.getAsLong() - at >= RECOUNT.toNanos()).orElse(true);
  }

  private void count(List<ObjectStat> events) {
    letters = events.size();
    bytes = events.stream().mapToLong(ObjectStat::sizeBytes).sum();
    countedAt = Optional.of(nanos.getAsLong());
  }

  /// All, or a few more than are enough.
  private List<ObjectStat> events(int enough) {
    List<ObjectStat> events = new ArrayList<>();
    Optional<ObjectName> after = Optional.empty();
    do {
      ObjectPage page = store.list(LetterRecords.EVENTS, after, PAGE);
      events.addAll(page.objects());
      after = page.next();
    } while (after.isPresent() && events.size() < enough);
    return events;
  }
}
