package dev.gnomon.core.history;

import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.ids.ResourceName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects moments and stores them a slot at a time. What is collected and not stored is lost with
/// the process. Thread-safe.
public final class KeepHistory {
  /// Moments that come sooner after the last one are left out.
  public static final Duration STEP = Duration.ofSeconds(10);

  /// Of one resource that wait to be stored; older ones go while the store is away.
  private static final int MAX_WAITING = 1000;

  private final HistoryPages pages;
  private final Map<ResourceName, List<Moment>> waiting = new HashMap<>();

  public KeepHistory(HistoryPages pages) {
    this.pages = pages;
  }

  /// Takes a moment in; stores what was collected before, if this one begins a new slot. After a
  /// fault of the store it is stored with the next slot's beginning.
  public synchronized void add(ResourceName resource, Moment moment) {
    List<Moment> own = waiting.computeIfAbsent(resource, any -> new ArrayList<>());
    if (!own.isEmpty()) {
      Instant last = own.getLast().at();
      if (moment.at().isBefore(last.plus(STEP))) {
        return;
      }
      if (own.size() >= MAX_WAITING) {
        own.removeFirst();
      }
    }
    boolean begins =
        !own.isEmpty()
            && !HistoryPages.slot(own.getLast().at()).equals(HistoryPages.slot(moment.at()));
    own.add(moment);
    if (begins) {
      store(resource, own, HistoryPages.slot(moment.at()));
    }
  }

  /// Stores everything; for the end of a process.
  public synchronized void flush() {
    Faults faults = new Faults();
    waiting.forEach((resource, own) -> faults.keep(() -> store(resource, own, Instant.MAX)));
    faults.raise();
  }

  private void store(ResourceName resource, List<Moment> own, Instant before) {
    while (!own.isEmpty() && own.getFirst().at().isBefore(before)) {
      Instant slot = HistoryPages.slot(own.getFirst().at());
      List<Moment> page =
          own.stream().filter(one -> HistoryPages.slot(one.at()).equals(slot)).toList();
      pages.keep(resource, page);
      own.removeAll(page);
    }
  }

  /// What is collected and not stored yet, in order.
  public synchronized List<Moment> waiting(ResourceName resource) {
    return List.copyOf(waiting.getOrDefault(resource, List.of()));
  }
}
