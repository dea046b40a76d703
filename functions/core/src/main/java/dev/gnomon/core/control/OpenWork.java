package dev.gnomon.core.control;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Markers of work without a terminal record, `open/<kind>/<name>`. A marker is written before the
/// work's first record and deleted after its last, so a sweep that lists the markers misses nothing
/// that is open; a marker too many costs one look.
public final class OpenWork {
  /// Longer than anybody needs from a marker to the first record: planning a capture reads the
  /// names of a whole tree.
  public static final Duration STALE_AFTER = Duration.ofMinutes(15);

  private final ObjectStore store;
  private final ControlRecords records;

  public OpenWork(ObjectStore store, ControlRecords records) {
    this.store = store;
    this.records = records;
  }

  /// What is open.
  public enum Kind {
    UPDATES,
    ROLLBACKS,
    GROUPS,
    JOBS,
    /// Old primaries that could not be reached when they were left.
    FENCES,
    /// Prefixes of which somebody said that they were written to.
    PREFIXES,
    /// Prefixes with a replica that follows, of which a process was told that follows none of them.
    HINTS,
    /// Signs of life of who follows into a prefix.
    FOLLOWERS,
    /// Approvals of which the rollback may not have begun.
    APPROVALS,
    /// Webhooks that were taken and whose requests may not have been sent.
    WEBHOOKS,
    /// Notices that a target still has to take.
    NOTICES,
    /// Notices that were given up for a target, until a person sends them again or drops them.
    DEAD_NOTICES,
    /// Events that were given up, until a person sends them again or drops them.
    DEAD_EVENTS,
    /// Dead letters that are being sent again.
    REPLAYS;

    String folder() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  record Marker(Instant since) {}

  public void opened(Kind kind, String name) {
    records.create(name(kind, name), new Marker(records.time()));
  }

  public void closed(Kind kind, String name) {
    store.delete(List.of(name(kind, name)));
  }

  /// When a marker was written, by the clock of the store; empty if there is none.
  public Optional<Instant> since(Kind kind, String name) {
    return records.read(name(kind, name), Marker.class).map(Marker::since);
  }

  /// For a marker without work: closes it, unless whoever wrote it may still be about to write the
  /// work's first record.
  public void closedIfStale(Kind kind, String name) {
    boolean stale =
        records
            .read(name(kind, name), Marker.class)
            .map(marker -> marker.since().isBefore(records.time().minus(STALE_AFTER)))
            .orElse(false);
    if (stale) {
      closed(kind, name);
    }
  }

  /// Names of what is open, in order.
  public List<String> open(Kind kind) {
    String prefix = "open/" + kind.folder() + "/";
    return records.names(prefix).stream()
        .map(name -> name.value().substring(prefix.length()))
        .toList();
  }

  public ObjectName name(Kind kind, String name) {
    return ObjectName.of("open", kind.folder(), name);
  }
}
