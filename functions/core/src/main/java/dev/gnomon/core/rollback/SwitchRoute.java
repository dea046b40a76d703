package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.rollback.Moves.Move;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.rollback.Suspicions.Suspicion;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import java.time.Instant;
import java.util.Optional;

/// The first step of a rollback: the next route, and the fence around the old primary. It is the
/// switch itself, so it comes before any slow step.
final class SwitchRoute {
  private final Run run;
  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final Resource resource;
  private final Routing routing;
  private final Suspicions suspicions;
  private final SourceFence source;
  private final EndRollback ends;

  SwitchRoute(
      Run run, Routing routing, Suspicions suspicions, SourceFence source, EndRollback ends) {
    this.run = run;
    this.world = run.world();
    this.at = run.at();
    this.intent = run.intent();
    this.resource = run.resource();
    this.routing = routing;
    this.suspicions = suspicions;
    this.source = source;
    this.ends = ends;
  }

  /// Whether the fence comes next. A member of a group may be told to give up before it, and so may
  /// what is automatic, after a pause.
  boolean mayFence(Optional<FailStep> failed) {
    boolean gated = intent.group().isPresent() || intent.by() == By.AUTOMATION;
    return !gated || run.decide("fencing", failed.isEmpty());
  }

  Progressed giveUp(FailStep failed) {
    return ends.end(
        Terminal.FAILED,
        intent.epochBefore(),
        Optional.empty(),
        Optional.empty(),
        "%s; nothing was changed, %s serves %s at epoch %s"
            .formatted(failed.reason(), intent.source(), resource.name(), intent.epochBefore()));
  }

  Progressed fence() {
    int rejected = at.rejected().size();
    int index = Math.min(rejected, intent.candidates().size() - 1);
    Candidate candidate = intent.candidates().get(index);
    boolean servesAtOnce = !run.inPlace() && index == rejected && !together();
    Optional<Location> ready =
        servesAtOnce
            ? new ExactPlaces(world, resource, intent.left(), intent.target())
                .take(candidate, intent.rollback())
            : Optional.empty();
    Move move =
        routing.move(
            "fence",
            ready.isPresent() ? RouteState.SERVING : RouteState.FROZEN,
            ready.orElse(intent.source()),
            Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return ends.overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    // An earlier run of this step may have found another answer; what its route says holds.
    Optional<Location> target = served(route);
    AppliedStep applied;
    try {
      target.ifPresent(location -> routing.lift(location, route.epoch()));
      applied = routing.applied("fence-applied", route);
    } catch (Unavailable | TroubleException e) {
      // Writers are kept out all the same; the step is done again until the route is applied.
      source.at(route.epoch());
      throw e;
    }
    if (applied.wrong().isPresent()) {
      return unapplied(route, applied.wrong().get());
    }
    FenceStep step =
        switch (source.at(route.epoch())) {
          case Fence.Outcome.Done done ->
              new FenceStep(
                  route.epoch(), route.state(), target, done.fenced(), false, done.evidence());
          case Fence.Outcome.Unreachable unreachable ->
              new FenceStep(
                  route.epoch(),
                  route.state(),
                  target,
                  Fenced.ADVISORY,
                  true,
                  unreachable.reason());
          case Fence.Outcome.Outdated outdated -> throw source.outdated(route.epoch(), outdated);
        };
    suspect(candidate);
    at.write("fenced", step);
    run.reached("fence");
    return Progressed.FURTHER;
  }

  private static Optional<Location> served(Route route) {
    return route.state() == RouteState.SERVING ? Optional.of(route.primary()) : Optional.empty();
  }

  /// The route of the fence could not be made true: the old primary has to serve again.
  Progressed unapplied(Route route, String reason) {
    at.write("failed", new FailStep(reason, true));
    at.write(
        "fenced",
        new FenceStep(route.epoch(), route.state(), served(route), Fenced.NONE, false, reason));
    return Progressed.FURTHER;
  }

  /// What was taken after the point and before the fence is suspect. An undo says the contrary when
  /// it ends; the undo of an undo says it again.
  private void suspect(Candidate candidate) {
    Instant now = world.records().time();
    Optional<String> again =
        intent
            .undoes()
            .flatMap(undone -> RollbackRecords.of(world.records(), undone))
            .flatMap(RollbackRecords::intent)
            .flatMap(Intent::undoes);
    if (intent.undoes().isEmpty()) {
      suspicions.add(
          resource.name(), new Suspicion(intent.rollback(), candidate.time(), now, false));
    } else if (again.isPresent()) {
      suspicions
          .first(resource.name(), again.get())
          .ifPresent(first ->
              suspicions.add(
                  resource.name(),
                  new Suspicion(intent.rollback(), first.after(), first.until(), false)));
    }
  }

  /// Whether other resources have to get to their points too before this one is served: then
  /// nothing is served from a shadow before all of them are.
  private boolean together() {
    return intent
        .group()
        .flatMap(id -> GroupLog.of(world.records(), id).flatMap(log -> log.get(id)))
        .map(group -> group.members().size() > 1)
        .orElse(false);
  }
}
