package dev.gnomon.core.replica;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.replica.ReplicaEntry.Event;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Path;
import java.util.Optional;

/// The servable replica of one directory resource: generations `DIR/<generation>`, of which the
/// newest is kept equal to a point until a switch seals it. Every change of what a generation may
/// be used for is an entry of a log with one winner a number, so a sync and a seal can never both
/// win.
public final class Replica {
  private final ControlRecords records;
  private final Owners owners;
  private final CellName cell;
  private final Path directory;
  private final RecordLog<ReplicaEntry> log;

  public Replica(
      ControlRecords records, Owners owners, ResourceName resource, CellName cell, Path directory) {
    this.records = records;
    this.owners = owners;
    this.cell = cell;
    this.directory = directory;
    this.log = new RecordLog<>(records, "replicas/" + resource + "/" + cell, ReplicaEntry.class);
  }

  /// Right to make a generation equal to a point.
  ///
  /// @param number of the log entry that gives it
  public record Turn(long number, ReplicaEntry entry) {}

  /// Outcome of asking for a turn.
  public sealed interface Asked {
    record Granted(Turn turn) implements Asked {}

    /// The newest generation already equals the point.
    record Current(ReplicaEntry entry) implements Asked {}

    /// Somebody else is at it.
    record Busy(String owner) implements Asked {}
  }

  public Optional<ReplicaEntry> newest() {
    return log.last().map(Numbered::record);
  }

  public Location location(long generation) {
    return new Location(cell, path(generation).toString());
  }

  public Path path(long generation) {
    return directory.resolve("%06d".formatted(generation));
  }

  public Path directory() {
    return directory;
  }

  /// Asks to bring the newest unsealed generation (a new one if the newest is sealed) to a point.
  public Asked ask(PointRef point, ContentHash content) {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    long number = last.map(Numbered::number).orElse(0L) + 1;
    long generation = 1;
    if (last.isPresent()) {
      ReplicaEntry entry = last.get().record();
      switch (entry.event()) {
        case SYNCED -> {
          if (entry.content().equals(content)) {
            return new Asked.Current(entry);
          }
          generation = entry.generation();
        }
        case BEGUN -> {
          // This process is done with its own earlier turn or failed in it: callers hold a lock.
          if (!entry.owner().equals(owners.self()) && !owners.gone(entry.owner())) {
            return new Asked.Busy(entry.owner());
          }
          generation = entry.generation();
        }
        case SEALING, SEALED -> generation = entry.generation() + 1;
      }
    }
    return take(number, entry(Event.BEGUN, generation, point, content, owners.self()));
  }

  /// Says that the generation of this turn now equals its point.
  ///
  /// @return false if the turn was lost meanwhile
  public boolean synced(Turn turn) {
    ReplicaEntry begun = turn.entry();
    Event event = begun.event() == Event.SEALING ? Event.SEALED : Event.SYNCED;
    ReplicaEntry done =
        entry(event, begun.generation(), begun.point(), begun.content(), begun.owner());
    return log.append(turn.number() + 1, done) instanceof Outcome.Created;
  }

  /// Seals the newest generation for a rollback if it equals the content; asked again by the same
  /// rollback it gives the same generation.
  public Optional<ReplicaEntry> sealIfEqual(ContentHash content, String rollback) {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    if (last.isEmpty() || !last.get().record().content().equals(content)) {
      return Optional.empty();
    }
    ReplicaEntry entry = last.get().record();
    if (entry.event() == Event.SEALED && entry.owner().equals(rollback)) {
      return Optional.of(entry);
    }
    if (entry.event() != Event.SYNCED) {
      return Optional.empty();
    }
    ReplicaEntry sealed =
        entry(Event.SEALED, entry.generation(), entry.point(), entry.content(), rollback);
    return log.append(last.get().number() + 1, sealed)
            instanceof Outcome.Created<ReplicaEntry> created
        ? Optional.of(created.record())
        : Optional.empty();
  }

  /// The newest generation that a rollback took for this content, whatever was begun since.
  public Optional<ReplicaEntry> takenBy(String rollback, ContentHash content) {
    long number = log.last().map(Numbered::number).orElse(0L);
    for (; number > 0; number--) {
      Optional<ReplicaEntry> entry = log.get(number);
      if (entry.isPresent()
          && entry.get().owner().equals(rollback)
          && entry.get().content().equals(content)) {
        return entry;
      }
    }
    return Optional.empty();
  }

  /// Asks, for a rollback, to bring a generation to a point and to seal it: from here on no sync
  /// writes to it. The generation is the newest unsealed one, or a new one.
  public Asked askSealing(PointRef point, ContentHash content, String rollback) {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    long number = last.map(Numbered::number).orElse(0L) + 1;
    long generation = 1;
    if (last.isPresent()) {
      ReplicaEntry entry = last.get().record();
      boolean mine = entry.owner().equals(rollback);
      switch (entry.event()) {
        case SYNCED -> generation = entry.generation();
        case BEGUN -> {
          if (!entry.owner().equals(owners.self()) && !owners.gone(entry.owner())) {
            return new Asked.Busy(entry.owner());
          }
          generation = entry.generation();
        }
        case SEALING -> {
          if (mine && entry.content().equals(content)) {
            return new Asked.Granted(new Turn(last.get().number(), entry));
          }
          generation = mine ? entry.generation() : entry.generation() + 1;
        }
        case SEALED -> {
          if (mine && entry.content().equals(content)) {
            return new Asked.Current(entry);
          }
          // Once sealed, a generation may have been served: it is never written again.
          generation = entry.generation() + 1;
        }
      }
    }
    return take(number, entry(Event.SEALING, generation, point, content, rollback));
  }

  /// The generation number of one of this replica's paths; empty for any other path.
  public Optional<Long> generation(Location location) {
    Path path = Path.of(location.path());
    if (!location.cell().equals(cell) || !directory.equals(path.getParent())) {
      return Optional.empty();
    }
    String name = path.getFileName().toString();
    return name.matches("[0-9]{6,18}") ? Optional.of(Long.parseLong(name)) : Optional.empty();
  }

  private Asked take(long number, ReplicaEntry entry) {
    Outcome<ReplicaEntry> outcome = log.append(number, entry);
    return outcome instanceof Outcome.Created
        ? new Asked.Granted(new Turn(number, entry))
        : new Asked.Busy(outcome.record().owner());
  }

  private ReplicaEntry entry(
      Event event, long generation, PointRef point, ContentHash content, String owner) {
    return new ReplicaEntry(event, generation, point, content, owner, records.time());
  }
}
