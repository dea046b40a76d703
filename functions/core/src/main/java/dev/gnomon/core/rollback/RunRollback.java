package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.Moves.Move;
import dev.gnomon.core.rollback.RestoreContent.TooManyDeletesException;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.rollback.Steps.RestoreStep;
import dev.gnomon.core.rollback.Steps.ReturnStep;
import dev.gnomon.core.rollback.Steps.StrayStep;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.rollback.Steps.UndoStep;
import dev.gnomon.core.rollback.Steps.Verdict;
import dev.gnomon.core.rollback.Suspicions.Suspicion;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.RestoreReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One rollback of one resource, as far as its records say; each call of [#next] does its next
/// step.
///
/// The order of the steps is that of docs/PROTOCOLS.md. Which step is next is read from the records
/// alone, so a step that was killed is simply done again: it finds what it did before by name. Any
/// number of processes may be at it at once; where their answers could differ, the first one holds
/// ([Run#decide]).
final class RunRollback {
  private final Run run;
  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final Resource resource;
  private final Routing routing;
  private final Suspicions suspicions;
  private final KeepContent keep;
  private final RestoreContent restore;
  private final ReturnHome home;

  RunRollback(Surroundings world, RollbackRecords at, Intent intent, Resource resource) {
    this.run = new Run(world, at, intent, resource);
    this.world = world;
    this.at = at;
    this.intent = intent;
    this.resource = resource;
    this.routing = new Routing(run);
    this.suspicions = new Suspicions(world.records(), world.catalogue().clockTolerance());
    this.keep = new KeepContent(run);
    this.restore = new RestoreContent(run, keep);
    this.home = new ReturnHome(run, routing, keep, restore);
  }

  /// How far a rollback is; a group moves its members from phase to phase together.
  enum Phase {
    INTENT,
    FENCED,
    KEPT,
    RESTORED,
    VALIDATED,
    RELEASED,
    DONE
  }

  Phase phase() {
    if (at.has("done")) {
      return Phase.DONE;
    }
    if (!at.has("fenced")) {
      return Phase.INTENT;
    }
    if (at.has("released")) {
      return Phase.RELEASED;
    }
    if (!at.has("undo")) {
      return Phase.FENCED;
    }
    int index = at.rejected().size();
    if (at.has("validated/" + index)) {
      return Phase.VALIDATED;
    }
    return at.has("restored/" + index) ? Phase.RESTORED : Phase.KEPT;
  }

  Intent intent() {
    return intent;
  }

  RollbackRecords records() {
    return at;
  }

  /// Whether parts of the next step were handed out, so that one of them may be done out of turn.
  boolean awaitsParts() {
    return switch (phase()) {
      case FENCED -> run.planned("undo-" + intent.rollback());
      case KEPT -> begun("restored/" + at.rejected().size());
      case RELEASED -> {
        if (!at.has("repaired")) {
          yield begun("repaired");
        }
        yield at.has("return-point")
            ? !at.has("return-restored") && begun("return-restored")
            : run.planned("return-" + intent.rollback());
      }
      case INTENT, RESTORED, VALIDATED, DONE -> false;
    };
  }

  /// Whether every candidate was rejected.
  boolean exhausted() {
    return at.rejected().size() >= intent.candidates().size();
  }

  /// Names the state a rollback is in; differs from step to step.
  ObjectName marker() {
    return at.name("after-" + state());
  }

  private String state() {
    long count =
        List.of(
                "fenced",
                "undo",
                "released",
                "repaired",
                "frozen",
                "return-point",
                "return-restored",
                "return-validated",
                "return-verdict",
                "return-applied",
                "returned",
                "stayed",
                "failed",
                "refrozen",
                "unrestored",
                "done")
            .stream()
            .filter(at::has)
            .count();
    int index = at.rejected().size();
    return "%d-%d%s%s"
        .formatted(
            count,
            index,
            at.has("restored/" + index) ? "r" : "",
            at.has("validated/" + index) ? "v" : "");
  }

  /// Does the next step.
  ///
  /// @param part number of the part that an event handed out, if it did
  /// @throws Unavailable if it can't be done now; asked again, it may be, or the rollback gives up
  Progressed next(Optional<Integer> part) {
    if (at.has("done")) {
      return Progressed.OVER;
    }
    try {
      return step(part);
    } catch (UncheckedIOException | TroubleException e) {
      String reason = Run.reason(e);
      if (!run.tooLong(state(), reason)) {
        throw new Unavailable(reason, e);
      }
      return without(reason);
    }
  }

  private Progressed step(Optional<Integer> part) {
    Optional<FenceStep> fenced = at.read("fenced", FenceStep.class);
    Optional<FailStep> failed = at.read("failed", FailStep.class);
    if (fenced.isEmpty()) {
      return mayFence(failed) ? fence() : giveUp(failed.orElseThrow());
    }
    if (failed.isPresent() && givesUp()) {
      return rest(fenced.get(), failed.get(), part);
    }
    Optional<UndoStep> undo = at.read("undo", UndoStep.class);
    if (undo.isEmpty()) {
      return keep.undo(fenced.get(), part);
    }
    int index = at.rejected().size();
    if (index >= intent.candidates().size()) {
      return fail("no usable point is left: " + at.rejected().getLast().reason() + nextOlder());
    }
    Candidate candidate = intent.candidates().get(index);
    if (!at.has("released")) {
      return bringBack(fenced.get(), undo.get(), index, candidate, part);
    }
    return intent.mode() == RollbackMode.SWITCH_AND_RESTORE
        ? bringHome(fenced.get(), undo.get(), candidate, part)
        : finish(undo.get(), candidate);
  }

  /// From the undo point to the release.
  private Progressed bringBack(
      FenceStep fenced, UndoStep undo, int index, Candidate candidate, Optional<Integer> part) {
    if (fenced.target().isPresent()) {
      return release(fenced, fenced.target().get());
    }
    if (run.inPlace() && undo.unreachable()) {
      return fail("the primary " + intent.source() + " can't be reached: " + undo.note());
    }
    if (run.inPlace()) {
      keep.strays(fenced, undo);
    }
    Optional<Verdict> verdict = at.read("verdicts/" + index, Verdict.class);
    if (verdict.isPresent() && verdict.get().wrong().isPresent()) {
      return rejected(index, candidate, verdict.get().wrong().get());
    }
    if (!at.has("restored/" + index)) {
      return restore(index, candidate, fenced, part);
    }
    Location target = restore.target(candidate);
    if (!at.has("validated/" + index)) {
      return validate(index, candidate, verdict, target, fenced.epoch());
    }
    return release(fenced, target);
  }

  /// Offers what a person may choose instead.
  private String nextOlder() {
    return new ChoosePoint(world.records(), world.stores(), suspicions)
        .olderThan(resource, intent.candidates().getLast())
        .map(older -> "; the next older usable point is " + older)
        .orElse("; there is no older usable point");
  }

  // ---- fence: the switch itself, before any slow step

  /// Whether the fence comes next. A member of a group may be told to give up before it.
  private boolean mayFence(Optional<FailStep> failed) {
    return intent.group().isEmpty() || run.decide("fencing", failed.isEmpty());
  }

  private Progressed giveUp(FailStep failed) {
    return end(
        Terminal.FAILED,
        intent.epochBefore(),
        Optional.empty(),
        Optional.empty(),
        "%s; nothing was changed, %s serves %s at epoch %s"
            .formatted(failed.reason(), intent.source(), resource.name(), intent.epochBefore()));
  }

  private Progressed fence() {
    int index = Math.min(at.rejected().size(), intent.candidates().size() - 1);
    Candidate candidate = intent.candidates().get(index);
    boolean servesAtOnce = !run.inPlace() && index == at.rejected().size() && !together();
    Optional<Location> ready =
        servesAtOnce
            ? new ExactPlaces(world, resource, intent.left()).take(candidate, intent.rollback())
            : Optional.empty();
    Move move =
        routing.move(
            "fence",
            ready.isPresent() ? RouteState.SERVING : RouteState.FROZEN,
            ready.orElse(intent.source()),
            Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
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
      fenceSource(route.epoch());
      throw e;
    }
    if (applied.wrong().isPresent()) {
      return unapplied(route, applied.wrong().get());
    }
    FenceStep step =
        switch (fenceSource(route.epoch())) {
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
          case Fence.Outcome.Outdated outdated ->
              throw new TroubleException(
                  "%s can't be fenced for epoch %s: epoch %d acted on it already"
                      .formatted(intent.source(), route.epoch(), outdated.appliedEpoch()));
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
  private Progressed unapplied(Route route, String reason) {
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

  /// A primary that was deleted altogether is made again, empty, so that it can be fenced and
  /// restored. One whose disk is away is out of reach.
  private Fence.Outcome fenceSource(Epoch epoch) {
    Fence.Outcome outcome = world.fence().fence(resource, intent.source(), epoch);
    if (outcome instanceof Fence.Outcome.Unreachable
        && intent.source().equals(run.home())
        && new Homes(world.records()).deleted(resource)) {
      try {
        Files.createDirectory(intent.source().place().directory());
      } catch (IOException e) {
        return outcome;
      }
      return world.fence().fence(resource, intent.source(), epoch);
    }
    return outcome;
  }

  // ---- restore, validate, release

  private Progressed restore(
      int index, Candidate candidate, FenceStep fenced, Optional<Integer> part) {
    Optional<String> gone = gone(index, candidate);
    if (gone.isPresent()) {
      return reject(index, candidate, gone.get());
    }
    try {
      return restore.candidate(index, candidate, fenced.epoch(), part);
    } catch (DamagedPointException e) {
      return reject(index, candidate, Run.reason(e));
    } catch (TooManyDeletesException | IncompleteRestoreException e) {
      return fail(Run.reason(e));
    }
  }

  /// Expiry may have taken a point before this rollback pinned it. The first one was looked after
  /// when the rollback began; an older one is when it becomes the candidate.
  private Optional<String> gone(int index, Candidate candidate) {
    PointRef ref = candidate.point();
    boolean expires =
        index > 0
            && !begun("restored/" + index)
            && world.records().exists(ChoosePoint.tombstone(ref));
    return expires || world.stores().shadows(ref.cell()).point(ref.point()).isEmpty()
        ? Optional.of(ref + " has expired meanwhile")
        : Optional.empty();
  }

  /// Whether parts of a restore were planned, so that the target may have been written.
  private boolean begun(String record) {
    return run.planned(run.job(record));
  }

  private Progressed validate(
      int index, Candidate candidate, Optional<Verdict> known, Location target, Epoch fenced) {
    Verdict verdict = known.orElseGet(() -> restore.verdict(index, candidate, target, fenced));
    if (verdict.wrong().isPresent()) {
      return rejected(index, candidate, verdict.wrong().get());
    }
    restore.validated("validated/" + index, candidate);
    run.reached("validate");
    return Progressed.FURTHER;
  }

  /// Rejects a candidate unless another run of this step has found it good.
  private Progressed reject(int index, Candidate candidate, String reason) {
    Verdict verdict = at.write("verdicts/" + index, new Verdict(Optional.of(reason)));
    return verdict.wrong().isPresent()
        ? rejected(index, candidate, verdict.wrong().get())
        : Progressed.FURTHER;
  }

  private Progressed rejected(int index, Candidate candidate, String reason) {
    at.write("rejected/" + index, new RejectStep(candidate.point(), reason));
    run.reached("reject");
    return Progressed.FURTHER;
  }

  /// The fence is lifted before the route says so: a route that serves is really served.
  private Progressed release(FenceStep fenced, Location target) {
    if (!run.decide("releasing", true)) {
      return Progressed.FURTHER; // Another run gave up before.
    }
    Optional<String> strays = routing.lift(target, fenced.epoch().next());
    Move move =
        routing.move(
            "release", RouteState.SERVING, target, run.inPlace() ? Fenced.NONE : fenced.fenced());
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    AppliedStep applied = routing.applied("release-applied", route);
    if (applied.wrong().isPresent()) {
      at.write("failed", new FailStep(applied.wrong().get(), true));
      return Progressed.FURTHER;
    }
    at.write("released", new MoveStep(route.epoch(), route.fenced(), strays));
    run.reached("release");
    return Progressed.FURTHER;
  }

  // ---- switch-and-restore: repair the old primary and return to it

  private Progressed bringHome(
      FenceStep fenced, UndoStep undo, Candidate candidate, Optional<Integer> part) {
    Optional<UndoStep> reached =
        undo.unreachable() ? at.read("late-undo", UndoStep.class) : Optional.of(undo);
    if (reached.isEmpty()) {
      return keep.late();
    }
    return switch (home.next(fenced, reached.get(), candidate, part)) {
      case ReturnHome.Came.Step step -> step.progressed();
      case ReturnHome.Came.Home() -> finish(reached.get(), candidate);
      case ReturnHome.Came.Failed failed -> fail(failed.reason());
      case ReturnHome.Came.Overtaken overtaken -> overtaken(overtaken.by());
    };
  }

  /// An old primary that could not be reached is kept as soon as it is back.
  Progressed keepLate() {
    return keep.late();
  }

  // ---- ends

  private Progressed fail(String reason) {
    at.write("failed", new FailStep(reason, false));
    run.reached("fail");
    return Progressed.FURTHER;
  }

  /// Whether a failure holds: one that was found while another run of this rollback passed the next
  /// gate does not.
  private boolean givesUp() {
    if (unapplied().isPresent()) {
      return true;
    }
    if (!at.has("released")) {
      return !run.decide("releasing", false);
    }
    return intent.mode() == RollbackMode.SWITCH_AND_RESTORE
        && (at.has("stayed") || !run.decide("freezing", false));
  }

  /// Why the old primary has to serve: a route could not be made true.
  private Optional<String> unapplied() {
    return run.notApplied("fence-applied").or(() -> run.notApplied("release-applied"));
  }

  /// Goes on after a step that was tried for long enough.
  private Progressed without(String reason) {
    Optional<FenceStep> fenced = at.read("fenced", FenceStep.class);
    if (fenced.isEmpty()) {
      Route route = run.route();
      if (!route.cause().startsWith(run.owner())) {
        return overtaken(route);
      }
      at.write("fence-applied", new AppliedStep(route.epoch(), Optional.of(reason)));
      return unapplied(route, reason);
    }
    boolean givesUp = at.has("failed") && givesUp();
    if (!at.has("undo") && !(givesUp && unapplied().isPresent())) {
      return keep.without(reason);
    }
    if (givesUp || at.has("return-failed")) {
      Route route = run.route();
      return end(
          Terminal.FAILED,
          route.epoch(),
          Optional.empty(),
          at.read("undo", UndoStep.class),
          "%s; then %s: epoch %s stands, %s may hold a mixture and stays fenced until it is rolled back"
              .formatted(
                  at.read("failed", FailStep.class)
                      .map(FailStep::reason)
                      .orElse("the return failed"),
                  reason,
                  route.epoch(),
                  intent.source()));
    }
    if (at.has("released")) {
      return home.begun() ? home.without(reason) : fail(reason);
    }
    if (at.has("releasing")) {
      // It was decided to serve, and that can't be made true.
      Route route = run.route();
      boolean moved = route.cause().equals(run.owner() + "release");
      at.write(
          "release-applied",
          new AppliedStep(moved ? route.epoch() : run.newestMove(), Optional.of(reason)));
      at.write("failed", new FailStep(reason, true));
      return Progressed.FURTHER;
    }
    return fail(reason);
  }

  /// Brings a failed rollback to rest. Whatever serves from a shadow goes on doing so; otherwise
  /// the old primary serves again as it was when it was fenced.
  private Progressed rest(FenceStep fenced, FailStep first, Optional<Integer> part) {
    Optional<UndoStep> undo = at.read("undo", UndoStep.class);
    Optional<String> unapplied = unapplied();
    String reason = unapplied.orElse(first.reason());
    if (unapplied.isEmpty() && (fenced.target().isPresent() || at.has("released"))) {
      return serves(reason, undo);
    }
    if (undo.isEmpty() && unapplied.isEmpty()) {
      return keep.undo(fenced, part);
    }
    String note = "";
    Optional<PointRef> before = undo.flatMap(UndoStep::ref);
    if (before.isPresent() && touched()) {
      Optional<AppliedStep> released = at.read("release-applied", AppliedStep.class);
      if (released.isPresent() && !at.has("refrozen")) {
        return refreeze();
      }
      try {
        unrestore(fenced, before.get());
      } catch (DamagedPointException e) {
        return mixture(reason, Run.reason(e), undo);
      } catch (IncompleteRestoreException e) {
        note = "; " + Run.reason(e);
      }
    }
    Optional<Location> abandoned = abandoned(fenced);
    abandoned.ifPresent(
        location -> world.fence().fence(resource, location, run.newestMove().next()));
    Optional<String> strays =
        fenced.unreachable()
            ? Optional.empty()
            : routing.lift(intent.source(), run.newestMove().next());
    Move move = routing.move("rest", RouteState.SERVING, intent.source(), Fenced.NONE);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    String wrong = routing.applied(route).map(why -> "; " + why).orElse("");
    at.write("rested", new MoveStep(route.epoch(), Fenced.NONE, strays));
    String kept = abandoned.map(this::keepAbandoned).orElse("");
    return end(
        Terminal.FAILED,
        route.epoch(),
        Optional.empty(),
        undo,
        "%s; %s serves as before at epoch %s%s%s%s"
            .formatted(reason, intent.source(), route.epoch(), note, wrong, kept));
  }

  /// The shadow that a route named as serving until it was taken back, because it could not be made
  /// true everywhere: some writers may have followed it.
  private Optional<Location> abandoned(FenceStep fenced) {
    return Stream.of("fence-applied", "release-applied")
        .flatMap(record -> at.read(record, AppliedStep.class).stream())
        .filter(applied -> applied.wrong().isPresent())
        .flatMap(applied -> world.routes().at(resource.name(), applied.epoch()).stream())
        .filter(route -> route.state() == RouteState.SERVING)
        .map(Route::primary)
        .filter(location -> !location.equals(intent.source()))
        .findFirst();
  }

  /// @return a clause for the last sentence
  private String keepAbandoned(Location location) {
    Optional<Place> content = world.fence().content(resource, location);
    if (content.isEmpty()) {
      return "; %s can't be reached, what was written there is not kept".formatted(location);
    }
    int index = Math.min(at.rejected().size(), intent.candidates().size() - 1);
    StrayStep step =
        at.read("abandoned", StrayStep.class)
            .orElseGet(() ->
                at.write(
                    "abandoned",
                    keep.strays(
                        intent.candidates().get(index).point(),
                        content.get(),
                        "abandoned-" + intent.rollback())));
    return step.kept()
        .map(point -> "; what was written to %s meanwhile is kept as %s".formatted(location, point))
        .orElse("");
  }

  private Progressed serves(String reason, Optional<UndoStep> undo) {
    Route now = run.route();
    int index = Math.min(at.rejected().size(), intent.candidates().size() - 1);
    return end(
        Terminal.FAILED,
        now.epoch(),
        Optional.of(intent.candidates().get(index)),
        undo,
        "%s; it is served from %s at epoch %s, the old primary %s stays fenced"
            .formatted(reason, now.primary(), now.epoch(), intent.source()));
  }

  private Progressed mixture(String reason, String why, Optional<UndoStep> undo) {
    Epoch frozen = run.newestMove();
    return end(
        Terminal.FAILED,
        frozen,
        Optional.empty(),
        undo,
        "%s; %s could not be brought back either (%s): it holds a mixture and stays fenced at epoch %s until it is rolled back to another point"
            .formatted(reason, intent.source(), why, frozen));
  }

  /// A released primary whose route could not be applied is taken out of service again, before
  /// anything is written to it.
  private Progressed refreeze() {
    Move move = routing.move("refreeze", RouteState.FROZEN, intent.source(), Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Epoch epoch = ((Move.Made) move).route().epoch();
    Fenced fenced =
        switch (fenceSource(epoch)) {
          case Fence.Outcome.Done done -> done.fenced();
          case Fence.Outcome.Unreachable away -> throw new Unavailable(away.reason());
          case Fence.Outcome.Outdated outdated ->
              throw new TroubleException(
                  "%s can't be fenced for epoch %s: epoch %d acted on it already"
                      .formatted(intent.source(), epoch, outdated.appliedEpoch()));
        };
    at.write("refrozen", new MoveStep(epoch, fenced, Optional.empty()));
    return Progressed.FURTHER;
  }

  /// Makes the primary equal to its undo point again. What was written to it while it was released
  /// is kept before.
  private void unrestore(FenceStep fenced, PointRef before) {
    if (at.has("unrestored")) {
      return;
    }
    Optional<MoveStep> refrozen = at.read("refrozen", MoveStep.class);
    Epoch epoch = refrozen.map(MoveStep::epoch).orElse(fenced.epoch());
    RestoreReport report =
        run.held(
            intent.source(),
            epoch,
            content -> {
              if (refrozen.isPresent() && !at.has("release-strays")) {
                PointRef restored = intent.candidates().get(at.rejected().size()).point();
                at.write(
                    "release-strays",
                    keep.strays(restored, content, "release-strays-" + intent.rollback()));
              }
              return restore.whole(before, content);
            });
    at.write("unrestored", new RestoreStep(before, report));
  }

  /// Whether a restore in place may have changed the primary.
  private boolean touched() {
    return run.inPlace()
        && IntStream.range(0, intent.candidates().size())
            .anyMatch(index -> begun("restored/" + index));
  }

  private Progressed finish(UndoStep undo, Candidate candidate) {
    Route now = run.route();
    intent
        .undoes()
        .ifPresent(undone ->
            suspicions.add(
                resource.name(), new Suspicion(undone, candidate.time(), candidate.time(), true)));
    return end(
        Terminal.SERVING,
        now.epoch(),
        Optional.of(candidate),
        Optional.of(undo),
        "%s serves %s from %s at epoch %s"
            .formatted(resource.name(), candidate.point(), now.primary(), now.epoch()));
  }

  private Progressed overtaken(Route current) {
    return end(
        Terminal.OVERTAKEN,
        current.epoch(),
        Optional.empty(),
        at.read("undo", UndoStep.class),
        "epoch %s of %s was made by %s"
            .formatted(current.epoch(), resource.name(), current.cause()));
  }

  private Progressed end(
      Terminal terminal,
      Epoch epochAfter,
      Optional<Candidate> candidate,
      Optional<UndoStep> undo,
      String state) {
    RestoreReport total = RestoreReport.NOTHING;
    int index = at.rejected().size();
    for (String record : List.of("restored/" + index, "repaired", "return-restored")) {
      total =
          total.plus(
              at.read(record, RestoreStep.class)
                  .map(RestoreStep::report)
                  .orElse(RestoreReport.NOTHING));
    }
    if (undo.map(UndoStep::unreachable).orElse(false)
        && terminal == Terminal.SERVING
        && intent.mode() == RollbackMode.SWITCH) {
      world.openWork().opened(OpenWork.Kind.FENCES, intent.rollback());
    }
    at.write(
        "done",
        new DoneStep(
            terminal,
            epochAfter,
            candidate.map(Candidate::point),
            undo.flatMap(UndoStep::ref),
            left(terminal, undo),
            total.filesWritten(),
            total.bytesWritten(),
            state,
            world.records().time()));
    run.reached("done");
    return Progressed.OVER;
  }

  /// What is left behind a fence with known content: the shadow after a return, the old primary
  /// after a switch, else what an earlier rollback had left.
  private Optional<Left> left(Terminal terminal, Optional<UndoStep> undo) {
    if (terminal != Terminal.SERVING) {
      return Optional.empty();
    }
    Optional<MoveStep> frozen = at.read("frozen", MoveStep.class);
    Optional<ReturnStep> back = at.read("return-point", ReturnStep.class);
    if (frozen.isPresent() && back.isPresent()) {
      Location shadow =
          world.routes().at(resource.name(), frozen.get().epoch()).orElseThrow().primary();
      return Optional.of(
          new Left(shadow, frozen.get().fenced(), Optional.of(back.get().point().content())));
    }
    if (intent.mode() == RollbackMode.SWITCH) {
      Optional<ContentHash> content = undo.flatMap(UndoStep::point).map(Point::content);
      Fenced fenced =
          at.read("fenced", FenceStep.class).map(FenceStep::fenced).orElse(Fenced.ADVISORY);
      return content.map(hash -> new Left(intent.source(), fenced, Optional.of(hash)));
    }
    return intent.left();
  }

  /// Everything that this rollback has made true so far, read from its records.
  List<Fact> facts() {
    return new RollbackFacts(run).all();
  }
}
