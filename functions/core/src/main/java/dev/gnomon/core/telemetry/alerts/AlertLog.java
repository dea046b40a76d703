package dev.gnomon.core.telemetry.alerts;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What was told of alerts, in the control store: `alerts/<second>-<writer>`, one record a delivery
/// that said something new. So it outlives a process, and each process knows what was told to
/// another one. A record is written once, and deleted when nothing of it counts any more.
/// Thread-safe; every method throws an [ObjectStoreException] if the store is away.
public final class AlertLog {
  private static final String PREFIX = "alerts";

  /// Nothing that was told longer ago counts.
  static final Duration KEPT = Duration.ofDays(2);

  /// Records may become visible in another order than their names have.
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private static final Duration TIDY_EVERY = Duration.ofHours(1);
  private static final int PAGE = 1_000;
  private static final int PAGES_AT_MOST = 100;
  private static final int DIGITS = 12;

  private final ObjectStore store;
  private final ControlRecords records;
  private final Supplier<String> writers;
  private final Set<ObjectName> read = new HashSet<>();
  private Instant newest = Instant.EPOCH;
  private Instant tidied = Instant.EPOCH;

  /// @param store the control store
  /// @param writers a fresh name a record, such as random digits
  public AlertLog(ObjectStore store, ControlRecords records, Supplier<String> writers) {
    this.store = store;
    this.records = records;
    this.writers = writers;
  }

  /// @param at when it was told, by the clock of who took it
  public record Told(Instant at, List<Alert> alerts) {
    public Told {
      Objects.requireNonNull(at, "at");
      alerts = List.copyOf(alerts);
    }
  }

  /// @param changed when it began to fire, or ended
  public record Alert(SeriesKey series, boolean firing, Instant changed) {
    public Alert {
      Objects.requireNonNull(series, "series");
      Objects.requireNonNull(changed, "changed");
    }
  }

  void keep(Told told) {
    ObjectName name = ObjectName.of(PREFIX, digits(records.time()) + "-" + writers.get());
    records.create(name, told);
    synchronized (this) {
      read.add(name);
    }
  }

  /// What was told, to any process, and not given out here before.
  synchronized List<Told> fresh() {
    List<Told> fresh = new ArrayList<>();
    Set<ObjectName> seen = new HashSet<>();
    Instant from = newest.minus(OVERLAP);
    Optional<ObjectName> after =
        newest.equals(Instant.EPOCH)
            ? Optional.empty()
            : Optional.of(ObjectName.of(PREFIX, digits(from)));
    Instant last = newest;
    for (int page = 0; page < PAGES_AT_MOST; page++) {
      ObjectPage found = store.list(PREFIX + "/", after, PAGE);
      for (ObjectStat each : found.objects()) {
        Optional<Instant> time = time(each.name());
        if (time.isPresent() && !read.contains(each.name())) {
          told(each.name()).ifPresent(fresh::add);
          seen.add(each.name());
        }
        last = time.filter(last::isBefore).orElse(last);
      }
      after = found.next();
      if (after.isEmpty()) {
        break;
      }
    }
    // Only now: who is interrupted by a fault begins anew.
    newest = last;
    read.addAll(seen);
    read.removeIf(name -> time(name).filter(from::isAfter).isPresent());
    return fresh;
  }

  /// A record that can't be read is as none.
  private Optional<Told> told(ObjectName name) {
    try {
      return records.read(name, Told.class);
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Deletes what is too old, now and then.
  synchronized void tidy() {
    Instant now = records.time();
    if (now.isBefore(tidied.plus(TIDY_EVERY))) {
      return;
    }
    ObjectPage oldest = store.list(PREFIX + "/", Optional.empty(), PAGE);
    List<ObjectName> old =
        oldest.objects().stream()
            .map(ObjectStat::name)
            .filter(name -> time(name).filter(now.minus(KEPT)::isAfter).isPresent())
            .toList();
    if (!old.isEmpty()) {
      store.delete(old);
    }
    boolean more = old.size() == PAGE;
    tidied = more ? tidied : now;
  }

  private static String digits(Instant time) {
    return "%012d".formatted(Math.max(0, time.getEpochSecond()));
  }

  private static Optional<Instant> time(ObjectName name) {
    String text = name.value().substring(PREFIX.length() + 1);
    return text.length() > DIGITS && text.chars().limit(DIGITS).allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text, 0, DIGITS, 10)))
        : Optional.empty();
  }
}
