package dev.gnomon.core.history;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Pages of histories in the control store: `history/<resource>/fine/<slot>-<writer>`, one a
/// process and [#SLOT], and `history/<resource>/coarse/<day>`, of means. A slot or day is named by
/// the second that it begins at, 12 digits. Pages are created once; what is too old is deleted.
/// Losing any is a gap in a plot and nothing else.
public final class HistoryPages {
  /// Of fine pages.
  public static final Duration SLOT = Duration.ofMinutes(15);

  /// Fine pages that ended longer ago are condensed, a day at a time.
  public static final Duration FINE_FOR = Duration.ofDays(2);

  /// Coarse pages that ended longer ago are deleted.
  public static final Duration COARSE_FOR = Duration.ofDays(90);

  /// Between two moments of a coarse page.
  public static final Duration COARSE_STEP = Duration.ofMinutes(5);

  /// Pages that one answer is made of, at most.
  private static final int MAX_PAGES = 1000;

  private static final Duration DAY = Duration.ofDays(1);

  private final ObjectStore store;
  private final ControlRecords records;
  private final Supplier<String> writers;

  /// @param store the control store
  /// @param writers a fresh name a page, such as random digits
  public HistoryPages(ObjectStore store, ControlRecords records, Supplier<String> writers) {
    this.store = store;
    this.records = records;
    this.writers = writers;
  }

  /// When the slot of a moment begins.
  static Instant slot(Instant time) {
    return begin(time, SLOT);
  }

  private static Instant begin(Instant time, Duration of) {
    return Instant.ofEpochSecond(
        Math.floorDiv(time.getEpochSecond(), of.toSeconds()) * of.toSeconds());
  }

  /// Stores moments of one slot.
  void keep(ResourceName resource, List<Moment> moments) {
    Instant slot = slot(moments.getFirst().at());
    records.create(
        ObjectName.of("history", resource, "fine", digits(slot) + "-" + writers.get()),
        Page.of(resource, moments));
  }

  private static String digits(Instant time) {
    return "%012d".formatted(time.getEpochSecond());
  }

  private record Found(ObjectName name, Instant begin) {}

  private List<Found> names(ResourceName resource, String kind) {
    String prefix = "history/%s/%s/".formatted(resource, kind);
    List<Found> found = new ArrayList<>();
    for (ObjectName name : records.names(prefix)) {
      String text = name.value().substring(prefix.length());
      if (text.matches("[0-9]{12}(-.*)?")) {
        found.add(new Found(name, Instant.ofEpochSecond(Long.parseLong(text.substring(0, 12)))));
      }
    }
    return found;
  }

  /// The moments of a resource in a time, in order; the newest pages of it if there are too many. A
  /// page that is damaged or gone is left out.
  public List<Moment> between(ResourceName resource, Instant from, Instant to) {
    List<Found> wanted = new ArrayList<>();
    names(resource, "coarse").stream()
        .filter(page -> page.begin().plus(DAY).isAfter(from) && page.begin().isBefore(to))
        .forEach(wanted::add);
    names(resource, "fine").stream()
        .filter(page -> page.begin().plus(SLOT).isAfter(from) && page.begin().isBefore(to))
        .forEach(wanted::add);
    Map<Instant, Moment> moments = new TreeMap<>();
    for (Found page : wanted.subList(Math.max(0, wanted.size() - MAX_PAGES), wanted.size())) {
      for (Moment moment : moments(page.name())) {
        if (!moment.at().isBefore(from) && moment.at().isBefore(to)) {
          moments.putIfAbsent(moment.at(), moment);
        }
      }
    }
    return List.copyOf(moments.values());
  }

  private List<Moment> moments(ObjectName name) {
    try {
      return records.read(name, Page.class).map(Page::moments).orElse(List.of());
    } catch (IllegalArgumentException e) {
      return List.of();
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        return List.of();
      }
      throw e;
    }
  }

  /// Condenses the oldest whole day of fine pages that is old enough, and deletes coarse pages that
  /// are too old. Bounded by a day; called again it goes on.
  ///
  /// @return whether there may be more to do
  public boolean condense(ResourceName resource, Instant time) {
    Instant stores = records.time();
    Instant now = time.isBefore(stores) ? time : stores; // A clock that is ahead deletes nothing.
    List<ObjectName> old =
        names(resource, "coarse").stream()
            .filter(page -> page.begin().plus(DAY).plus(COARSE_FOR).isBefore(now))
            .map(Found::name)
            .toList();
    if (!old.isEmpty()) {
      store.delete(old);
    }
    List<Found> fine = names(resource, "fine");
    if (fine.isEmpty()) {
      return false;
    }
    Instant day = begin(fine.getFirst().begin(), DAY);
    if (!day.plus(DAY).plus(FINE_FOR).isBefore(now)) {
      return false;
    }
    List<ObjectName> ofDay =
        fine.stream()
            .filter(page -> begin(page.begin(), DAY).equals(day))
            .map(Found::name)
            .toList();
    if (day.plus(DAY).plus(COARSE_FOR).isAfter(now)) {
      coarse(resource, day, ofDay);
    }
    store.delete(ofDay);
    return true;
  }

  private void coarse(ResourceName resource, Instant day, List<ObjectName> pages) {
    Map<Instant, List<Moment>> steps = new TreeMap<>();
    for (ObjectName page : pages) {
      for (Moment moment : moments(page)) {
        steps
            .computeIfAbsent(begin(moment.at(), COARSE_STEP), any -> new ArrayList<>())
            .add(moment);
      }
    }
    List<Moment> means = new ArrayList<>();
    steps.forEach((at, moments) -> means.add(Moment.mean(at, moments)));
    if (!means.isEmpty()) {
      // If another process was faster, it read the same pages.
      records.create(
          ObjectName.of("history", resource, "coarse", digits(day)), Page.of(resource, means));
    }
  }
}
