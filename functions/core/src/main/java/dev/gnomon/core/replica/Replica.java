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
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Serving.Served;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// The servable replica of one resource: generations `DIR/<generation>`, or plain objects below
/// `serving/<resource>/<generation>/`, of which the newest is kept equal to a point until a switch
/// seals it. Every change of what a generation may be used for is an entry of a log with one winner
/// a number, so a sync and a seal can never both win.
public final class Replica {
  /// After this time without a sign of life a sync counts as abandoned. It may live all the same:
  /// nobody else writes into its generation.
  public static final Duration ABANDONED_AFTER = Duration.ofMinutes(5);

  private final ControlRecords records;
  private final ReplicaHome home;
  private final RecordLog<ReplicaEntry> log;
  private final ResourceName resource;
  private final CellName cell;
  private final FollowNotes notes;
  private final ReplicaTurns turns;

  /// @param log [#log] of this replica, which remembers how far it was read
  Replica(
      ControlRecords records,
      Owners owners,
      ResourceName resource,
      CellName cell,
      ReplicaHome home,
      RecordLog<ReplicaEntry> log) {
    this.records = records;
    this.resource = resource;
    this.cell = cell;
    this.home = home;
    this.notes = new FollowNotes(records, resource, cell);
    this.log = log;
    this.turns = new ReplicaTurns(records, owners, resource, home, log);
  }

  static RecordLog<ReplicaEntry> log(ControlRecords records, ResourceName resource, CellName cell) {
    return new RecordLog<>(records, "replicas/" + resource + "/" + cell, ReplicaEntry.class);
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

  /// Whoever followed before.
  enum Predecessor {
    /// Surely writes no more.
    GONE,
    /// Is at it.
    LIVING,
    /// Gave no sign of life for [#ABANDONED_AFTER], and may write all the same.
    SILENT
  }

  /// Names it among all replicas.
  String key() {
    return "replica/" + resource + "/" + cell;
  }

  FollowNotes notes() {
    return notes;
  }

  /// Of the control store.
  Instant time() {
    return records.time();
  }

  public Optional<ReplicaEntry> newest() {
    return log.last().map(Numbered::record);
  }

  public Location location(long generation) {
    return home.location(generation);
  }

  public Path path(long generation) {
    return location(generation).place().directory();
  }

  /// @throws IllegalStateException if its generations are plain objects
  public Path directory() {
    if (home instanceof ReplicaDirectory directory) {
      return directory.path();
    }
    throw new IllegalStateException("the replica of " + resource + " is no directory");
  }

  /// Asks to bring the newest unsealed generation to a point; or a new one if the newest is sealed,
  /// is not the one that the log means, or was left by a sync that may still write to it.
  ///
  /// @throws UncheckedIOException if the replica's directory is not there
  public Asked ask(PointRef point, ContentHash content) {
    return turns.ask(point, content);
  }

  /// Asks to keep the newest unsealed generation in step with the primary, as [ReplicaTurns] says.
  Asked askFollowing(Function<Turn, Predecessor> earlier, BooleanSupplier may) {
    return turns.askFollowing(earlier, may);
  }

  /// Asks, for a rollback, to bring a generation to a point and to seal it, as [ReplicaTurns] says.
  ///
  /// @throws UncheckedIOException if the replica's directory is not there, or the generation that
  ///   this rollback took before is not
  public Asked askSealing(PointRef point, ContentHash content, String rollback) {
    return turns.askSealing(point, content, rollback, true);
  }

  /// @param idle whether no sync of this process is at work
  Asked askSealing(PointRef point, ContentHash content, String rollback, boolean idle) {
    return turns.askSealing(point, content, rollback, idle);
  }

  /// Whether the sync of an entry surely writes no more, but for what callers hold a lock against.
  boolean over(ReplicaEntry begun) {
    return turns.over(begun);
  }

  /// Whether the generation of an entry is there, and is the one that the entry means.
  boolean stands(ReplicaEntry entry) {
    return turns.stands(entry);
  }

  UncheckedIOException exchanged(ReplicaEntry entry) {
    return turns.exchanged(entry);
  }

  /// Whether nobody has got a turn after this one.
  boolean isNewest(Turn turn) {
    return log.get(turn.number() + 1).isEmpty();
  }

  /// Says that the owner of a turn is still at it.
  ///
  /// @return the turn to go on with; empty if it was lost
  public Optional<Turn> renew(Turn turn) {
    ReplicaEntry begun = turn.entry();
    ReplicaEntry again =
        new ReplicaEntry(
            begun.event(),
            begun.generation(),
            begun.point(),
            begun.content(),
            begun.owner(),
            records.time(),
            begun.place());
    // Also an earlier call whose answer was lost may have written it: an owner has one turn.
    ReplicaEntry stands = log.append(turn.number() + 1, again).record();
    return stands.event() == begun.event()
            && stands.owner().equals(begun.owner())
            && stands.generation() == begun.generation()
        ? Optional.of(new Turn(turn.number() + 1, stands))
        : Optional.empty();
  }

  /// Says that the generation of this turn now equals its point.
  ///
  /// @return false if the turn was lost meanwhile
  public boolean synced(Turn turn) {
    return synced(turn, Optional.empty());
  }

  /// @param served what plain objects were left with
  boolean synced(Turn turn, Optional<Served> served) {
    ReplicaEntry begun = turn.entry();
    Event event = begun.event() == Event.SEALING ? Event.SEALED : Event.SYNCED;
    ReplicaEntry done =
        new ReplicaEntry(
            event,
            begun.generation(),
            begun.point(),
            begun.content(),
            begun.owner(),
            records.time(),
            begun.place(),
            served);
    return log.append(turn.number() + 1, done) instanceof Outcome.Created;
  }

  /// What the generation of a turn was left with, if nobody had a turn at it since.
  Optional<Served> left(Turn turn) {
    return log.get(turn.number() - 1)
        .filter(entry ->
            entry.event() == Event.SYNCED
                && entry.generation() == turn.entry().generation()
                && entry.place().equals(turn.entry().place()))
        .flatMap(ReplicaEntry::served);
  }

  /// The newest generation if it equals the content and is there; nothing is changed.
  public Optional<ReplicaEntry> equal(ContentHash content) {
    return newest()
        .filter(entry -> entry.event() == Event.SYNCED && entry.isOf(content) && isWhole(entry))
        .filter(this::stands);
  }

  /// Seals the newest generation for a rollback if it equals the content and is the directory that
  /// the log means; asked again by the same rollback it gives the same generation.
  public Optional<ReplicaEntry> sealIfEqual(ContentHash content, String rollback) {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    if (last.isEmpty() || !last.get().record().isOf(content)) {
      return Optional.empty();
    }
    ReplicaEntry entry = last.get().record();
    boolean mine = entry.event() == Event.SEALED && entry.owner().equals(rollback);
    if ((!mine && entry.event() != Event.SYNCED) || !isWhole(entry) || !stands(entry)) {
      return Optional.empty();
    }
    if (mine) {
      return Optional.of(entry);
    }
    ReplicaEntry sealed =
        new ReplicaEntry(
            Event.SEALED,
            entry.generation(),
            entry.point(),
            entry.content(),
            rollback,
            records.time(),
            entry.place(),
            entry.served());
    return log.append(last.get().number() + 1, sealed)
            instanceof Outcome.Created<ReplicaEntry> created
        ? Optional.of(created.record())
        : Optional.empty();
  }

  /// Whether the generation serves all of its point.
  private static boolean isWhole(ReplicaEntry entry) {
    return entry.served().filter(served -> served.notServed() > 0).isEmpty();
  }

  /// The newest generation that a rollback took for this content, whatever was begun since.
  public Optional<ReplicaEntry> takenBy(String rollback, ContentHash content) {
    long number = log.last().map(Numbered::number).orElse(0L);
    for (; number > 0; number--) {
      Optional<ReplicaEntry> entry = log.get(number);
      if (entry.isPresent() && entry.get().owner().equals(rollback) && entry.get().isOf(content)) {
        return entry;
      }
    }
    return Optional.empty();
  }

  /// The generation that stays although a newer one follows the primary: until that was in step
  /// once, it may hold anything, and this is the newest one that was brought to its end.
  Optional<Long> lastComplete() {
    Optional<Numbered<ReplicaEntry>> last = log.last();
    if (last.isEmpty()) {
      return Optional.empty();
    }
    ReplicaEntry newest = last.get().record();
    if (newest.event() != Event.FOLLOWING || notes.wasInStep(newest.generation())) {
      return Optional.empty();
    }
    for (long number = last.get().number() - 1; number > 0; number--) {
      Optional<ReplicaEntry> entry =
          log.get(number)
              .filter(before -> before.generation() < newest.generation())
              .filter(this::isComplete)
              .filter(this::stands);
      if (entry.isPresent()) {
        return entry.map(ReplicaEntry::generation);
      }
    }
    return Optional.empty();
  }

  private boolean isComplete(ReplicaEntry entry) {
    return switch (entry.event()) {
      case SYNCED, SEALED -> true;
      case FOLLOWING -> notes.wasInStep(entry.generation());
      case BEGUN, SEALING -> false;
    };
  }

  /// Whether a generation that follows was met with so much, before there was any point, that most
  /// of it would be lost with one that no person took: nothing held that, as it was the first.
  public boolean guards(Point point) {
    return point.kind() != PointKind.COMMAND
        && newest()
            .filter(entry -> entry.event() == Event.FOLLOWING)
            .flatMap(entry -> notes.measure(entry.generation()))
            .filter(measure ->
                measure.point().isEmpty() && !ShrinkGuard.isEnough(point.files(), measure.files()))
            .isPresent();
  }

  /// The point that a rollback made a generation equal to, when it took that for the last time.
  Optional<PointRef> sealedAs(long generation) {
    long number = log.last().map(Numbered::number).orElse(0L);
    for (; number > 0; number--) {
      Optional<ReplicaEntry> entry = log.get(number);
      if (entry.isPresent()
          && entry.get().event() == Event.SEALED
          && entry.get().generation() == generation) {
        return entry.get().point();
      }
    }
    return Optional.empty();
  }

  /// The generation number of one of this replica's places; empty for any other place.
  public Optional<Long> generation(Location location) {
    return home.generation(location);
  }

  /// Numbers of generations that may be there, newest first.
  List<Long> generations() {
    return newest().map(entry -> home.generations(entry.generation())).orElse(List.of());
  }
}
