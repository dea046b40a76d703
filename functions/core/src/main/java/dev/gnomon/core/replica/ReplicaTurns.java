package dev.gnomon.core.replica;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Predecessor;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.replica.ReplicaEntry.Event;
import dev.gnomon.core.shadow.PointRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// Who may write into which generation of a replica: what its newest log entry lets a sync, a
/// follower and a rollback take. Of those who take the same number one wins.
final class ReplicaTurns {
  private final ControlRecords records;
  private final Owners owners;
  private final ResourceName resource;
  private final ReplicaHome home;
  private final RecordLog<ReplicaEntry> log;

  ReplicaTurns(
      ControlRecords records,
      Owners owners,
      ResourceName resource,
      ReplicaHome home,
      RecordLog<ReplicaEntry> log) {
    this.records = records;
    this.owners = owners;
    this.resource = resource;
    this.home = home;
    this.log = log;
  }

  /// Asks to bring the newest unsealed generation to a point; or a new one if the newest is sealed,
  /// is not the one that the log means, or was left by a sync that may still write to it.
  ///
  /// @throws UncheckedIOException if the replica's directory is not there
  Asked ask(PointRef point, ContentHash content) {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    if (last.isEmpty()) {
      home.make();
      return take(1, Event.BEGUN, home.fresh(1), point, content, owners.self());
    }
    ReplicaEntry entry = last.get().record();
    home.require(entry);
    boolean again = false;
    switch (entry.event()) {
      case SYNCED -> {
        if (entry.isOf(content) && stands(entry)) {
          return new Asked.Current(entry);
        }
        again = true;
      }
      case FOLLOWING -> {
        again = over(entry);
        if (!again) {
          return new Asked.Busy(entry.owner());
        }
      }
      case BEGUN -> {
        again = over(entry);
        if (!again && records.time().isBefore(entry.time().plus(Replica.ABANDONED_AFTER))) {
          return new Asked.Busy(entry.owner());
        }
      }
      case SEALING, SEALED -> {}
    }
    long generation =
        again && writable(entry) ? entry.generation() : home.fresh(entry.generation() + 1);
    return take(last.get().number() + 1, Event.BEGUN, generation, point, content, owners.self());
  }

  /// Asks to keep the newest unsealed generation in step with the primary, or a new one if that one
  /// is sealed, is not the one that the log means, or may still be written to by others.
  ///
  /// @param earlier what is known of whoever has the turn of the newest entry, if that follows
  /// @param may whether it may, asked after the log was read: an update that has brought the
  ///   replica to its point was open before it did
  /// @throws UncheckedIOException if the replica's directory is not there
  Asked askFollowing(Function<Turn, Predecessor> earlier, BooleanSupplier may) {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    if (!may.getAsBoolean()) {
      return new Asked.Busy(last.map(Numbered::record).map(ReplicaEntry::owner).orElse("nobody"));
    }
    if (last.isEmpty()) {
      home.make();
      return take(1, Event.FOLLOWING, home.fresh(1), owners.self());
    }
    ReplicaEntry entry = last.get().record();
    home.require(entry);
    boolean again = false;
    switch (entry.event()) {
      case SYNCED -> again = true;
      case FOLLOWING -> {
        Predecessor before = earlier.apply(new Turn(last.get().number(), entry));
        if (before == Predecessor.LIVING) {
          return new Asked.Busy(entry.owner());
        }
        again = before == Predecessor.GONE;
      }
      case BEGUN -> {
        again = over(entry);
        if (!again && records.time().isBefore(entry.time().plus(Replica.ABANDONED_AFTER))) {
          return new Asked.Busy(entry.owner());
        }
      }
      case SEALING, SEALED -> {}
    }
    long generation =
        again && writable(entry) ? entry.generation() : home.fresh(entry.generation() + 1);
    return take(last.get().number() + 1, Event.FOLLOWING, generation, owners.self());
  }

  /// Asks, for a rollback, to bring a generation to a point and to seal it: from here on no sync
  /// writes to it. The generation is the newest unsealed one if nobody can be writing to it, or a
  /// new one: a rollback never waits for a sync.
  ///
  /// @param idle whether no sync of this process is at work
  /// @throws UncheckedIOException if the replica's directory is not there, or the generation that
  ///   this rollback took before is not
  Asked askSealing(PointRef point, ContentHash content, String rollback, boolean idle) {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    if (last.isEmpty()) {
      home.make();
      return take(1, Event.SEALING, home.fresh(1), point, content, rollback);
    }
    ReplicaEntry entry = last.get().record();
    boolean mine = entry.owner().equals(rollback);
    home.require(entry);
    boolean again = false;
    switch (entry.event()) {
      case SYNCED -> again = writable(entry);
      case BEGUN, FOLLOWING -> again = over(entry) && (idle || !isOwn(entry)) && writable(entry);
      case SEALING -> {
        if (mine) {
          requireOwn(entry);
          if (entry.isOf(content)) {
            return new Asked.Granted(new Turn(last.get().number(), entry));
          }
        }
        again = mine;
      }
      case SEALED -> {
        if (mine && entry.isOf(content)) {
          requireOwn(entry);
          return new Asked.Current(entry);
        }
        // Once sealed, a generation may have been served: it is never written again.
      }
    }
    long generation = again ? entry.generation() : home.fresh(entry.generation() + 1);
    return take(last.get().number() + 1, Event.SEALING, generation, point, content, rollback);
  }

  /// What a rollback has fenced and begun to write can't be another directory in the middle of it.
  private void requireOwn(ReplicaEntry entry) {
    if (entry.place().isPresent() && !stands(entry)) {
      throw exchanged(entry);
    }
  }

  UncheckedIOException exchanged(ReplicaEntry entry) {
    return fault(
        "generation %s of %s went away or was exchanged while it was written"
            .formatted(home.location(entry.generation()).path(), resource));
  }

  /// Whether the sync of an entry surely writes no more. This process is done with its own earlier
  /// turn or failed in it: callers hold a lock.
  boolean over(ReplicaEntry begun) {
    return isOwn(begun) || owners.gone(begun.owner());
  }

  private boolean isOwn(ReplicaEntry begun) {
    return begun.owner().equals(owners.self());
  }

  /// Whether the generation of an entry is there, and is the one that the entry means. What an
  /// earlier version logged is not known again.
  boolean stands(ReplicaEntry entry) {
    try {
      return home.standing(entry.generation())
              .filter(standing -> Optional.of(standing.place()).equals(entry.place()))
              .isPresent()
          && home.holds(entry);
    } catch (UncheckedIOException | ObjectStoreException e) {
      return false; // A switch does not wait for a replica that can't be looked at.
    }
  }

  /// Whether a sync or a rollback may go on writing into the generation of an entry.
  private boolean writable(ReplicaEntry entry) {
    return home.standing(entry.generation())
        .filter(standing -> !standing.fenced())
        .filter(standing -> entry.place().map(standing.place()::equals).orElse(true))
        .isPresent();
  }

  private static UncheckedIOException fault(String reason) {
    return new UncheckedIOException(reason, new IOException(reason));
  }

  private Asked take(
      long number,
      Event event,
      long generation,
      PointRef point,
      ContentHash content,
      String owner) {
    return take(number, event, generation, Optional.of(point), Optional.of(content), owner);
  }

  private Asked take(long number, Event event, long generation, String owner) {
    return take(number, event, generation, Optional.empty(), Optional.empty(), owner);
  }

  private Asked take(
      long number,
      Event event,
      long generation,
      Optional<PointRef> point,
      Optional<ContentHash> content,
      String owner) {
    ReplicaEntry entry =
        new ReplicaEntry(
            event,
            generation,
            point,
            content,
            owner,
            records.time(),
            home.standing(generation).map(ReplicaHome.Standing::place));
    if (entry.place().isEmpty()) {
      throw exchanged(entry);
    }
    Outcome<ReplicaEntry> outcome = log.append(number, entry);
    return outcome instanceof Outcome.Created
        ? new Asked.Granted(new Turn(number, entry))
        : new Asked.Busy(outcome.record().owner());
  }
}
