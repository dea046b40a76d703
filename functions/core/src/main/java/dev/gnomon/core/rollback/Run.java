package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.Gate;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.rollback.Steps.TroubleStep;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// One rollback of one resource, and what all of its steps need.
record Run(Surroundings world, RollbackRecords at, Intent intent, Resource resource) {

  /// What a call of [RunRollback#next] led to.
  sealed interface Progressed {
    Progressed FURTHER = new Further();
    Progressed OVER = new Over();

    /// A step is done; there is a next one.
    record Further() implements Progressed {}

    /// The step is done in parts that are handed out as events.
    record InParts(List<dev.gnomon.core.facts.Fact> parts) implements Progressed {}

    /// Nothing can be done now; a sweep asks again.
    record Waits(String why) implements Progressed {}

    /// Nothing is left to do.
    record Over() implements Progressed {}
  }

  /// A step that can't be done and may be possible later; not for ever, see [Surroundings].
  static final class TroubleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TroubleException(String message) {
      super(message);
    }
  }

  /// Prefix of the causes of this rollback's moves of the route.
  String owner() {
    return "rollbacks/" + resource.name() + "/" + intent.epochBefore().padded() + "/";
  }

  boolean inPlace() {
    return intent.mode() == RollbackMode.RESTORE;
  }

  /// Where the resource lives by the catalogue.
  Location home() {
    return Location.home(resource);
  }

  CellName storeCell() {
    return intent.candidates().getFirst().point().cell();
  }

  PointRef ref(Point point) {
    return new PointRef(storeCell(), point.id());
  }

  void reached(String step) {
    world.checkpoint().reached(step);
  }

  List<String> checkNames() {
    return resource.checks().stream().map(CheckSpec::name).toList();
  }

  static String reason(RuntimeException e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /// Passes a gate, or finds that another run of this rollback decided the contrary: the first
  /// answer holds.
  boolean decide(String gate, boolean goesOn) {
    return at.write(gate, new Gate(goesOn)).goesOn();
  }

  /// Notes that a step failed.
  ///
  /// @return whether it has been failing for longer than is worth waiting; failures that lie half
  ///   of that time apart belong to different troubles
  boolean tooLong(String step, String reason) {
    RecordLog<TroubleStep> log =
        new RecordLog<>(world.records(), at.name("trouble/" + step).value(), TroubleStep.class);
    Instant now = world.records().time();
    Optional<RecordLog.Numbered<TroubleStep>> last = log.last();
    Instant since =
        last.map(RecordLog.Numbered::record)
            .filter(trouble ->
                Duration.between(trouble.at(), now).compareTo(world.patience().dividedBy(2)) < 0)
            .map(TroubleStep::since)
            .orElse(now);
    log.append(
        last.map(RecordLog.Numbered::number).orElse(0L) + 1, new TroubleStep(reason, since, now));
    return Duration.between(since, now).compareTo(world.patience()) > 0;
  }

  /// Whether a route was made by this rollback.
  boolean made(Route route) {
    return route.cause().startsWith(owner());
  }

  boolean isThis(RollbackRecords other) {
    return other.id().equals(at.id());
  }

  Brought brought() {
    return new Brought(world.records(), world.routes());
  }

  /// Whether the resource is where this rollback brought it, even if it was repaired there since.
  boolean servesWhereBrought(Route route) {
    return made(route) || brought().by(route).filter(this::isThis).isPresent();
  }

  Route route() {
    return world
        .routes()
        .current(resource.name())
        .orElseThrow(() -> new IllegalStateException(resource.name() + " has no route"));
  }

  /// Epoch of this rollback's newest move before its last one, by its records. Fences are raised
  /// and lifted for epochs counted from it, never from the current route or from the last move: a
  /// process that comes late must not act for an epoch that the next rollback makes.
  Epoch newestMove() {
    Stream<Epoch> fenced = at.read("fenced", FenceStep.class).map(FenceStep::epoch).stream();
    Stream<Epoch> moved =
        Stream.of("released", "refrozen", "frozen")
            .flatMap(move -> at.read(move, MoveStep.class).stream())
            .map(MoveStep::epoch);
    Stream<Epoch> applied =
        Stream.of("release-applied", "return-applied")
            .flatMap(move -> at.read(move, AppliedStep.class).stream())
            .map(AppliedStep::epoch);
    return Stream.of(fenced, moved, applied)
        .flatMap(Function.identity())
        .max(Epoch::compareTo)
        .orElse(intent.epochBefore());
  }

  /// Why a move of this rollback could not be made true outside; empty if it was, or was not tried.
  Optional<String> notApplied(String record) {
    return at.read(record, AppliedStep.class).flatMap(AppliedStep::wrong);
  }

  /// Whether parts of a restore were planned, so that the target may have been written.
  boolean begun(String record) {
    return planned(job(record));
  }

  /// Whether parts of a job were planned.
  boolean planned(String job) {
    return world.records().exists(ObjectName.of("jobs", job, "parts"));
  }

  /// Name of the job that brings about a record such as `restored/0`.
  String job(String record) {
    return record.replace('/', '-') + "-" + intent.rollback();
  }

  /// Where the content of a location can be read.
  Place content(Location location) {
    return world
        .fence()
        .content(resource, location)
        .orElseThrow(() -> new Unavailable(location + " can't be reached"));
  }

  /// Works on a location that this rollback fenced for an epoch, while no other run of it can lift
  /// that fence.
  <T> T held(Location location, Epoch epoch, Function<Place, T> work) {
    return switch (world.fence().held(resource, location, epoch, work)) {
      case Fence.Held.Done<T> done -> done.value();
      case Fence.Held.Passed<T> passed ->
          throw new TroubleException(
              "%s was fenced for epoch %s, but epoch %d acted on it since"
                  .formatted(location, epoch, passed.appliedEpoch()));
      case Fence.Held.Unreachable<T> away -> throw new Unavailable(away.reason());
    };
  }
}
