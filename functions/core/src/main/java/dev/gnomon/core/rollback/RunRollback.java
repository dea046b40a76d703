package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Moves.Move;
import dev.gnomon.core.rollback.RestoreContent.TooManyDeletesException;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.rollback.Steps.UndoStep;
import dev.gnomon.core.rollback.Steps.Verdict;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

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
  private final EndRollback ends;
  private final SwitchRoute switching;

  /// @param repairing told of each file while the old primary is repaired; may throw to stop that
  RunRollback(
      Surroundings world,
      RollbackRecords at,
      Intent intent,
      Resource resource,
      Progress repairing) {
    this.run = new Run(world, at, intent, resource);
    this.world = world;
    this.at = at;
    this.intent = intent;
    this.resource = resource;
    this.routing = new Routing(run);
    this.suspicions = new Suspicions(world.records(), world.catalogue().clockTolerance());
    this.keep = new KeepContent(run);
    this.restore = new RestoreContent(run, keep, repairing);
    this.home = new ReturnHome(run, routing, keep, restore);
    SourceFence source = new SourceFence(run);
    this.ends = new EndRollback(run, routing, suspicions, source, keep, restore);
    this.switching = new SwitchRoute(run, routing, suspicions, source, ends);
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

  /// Whether it is automatic and at rest, so that it may wait without keeping anything frozen: its
  /// route has not moved yet, or it serves and has not begun to return. A return that a person
  /// ordered is a person's.
  boolean canWait() {
    if (intent.by() != By.AUTOMATION) {
      return false;
    }
    return switch (phase()) {
      case INTENT -> run.route().epoch().equals(intent.epochBefore());
      case RELEASED ->
          intent.mode() == RollbackMode.SWITCH_AND_RESTORE
              && !home.begun()
              && !at.has("return-ordered")
              && !at.has("return-verdict")
              && !at.has("failed");
      case FENCED, KEPT, RESTORED, VALIDATED, DONE -> false;
    };
  }

  /// Nothing was changed yet, and nothing shall be, unless another run of it has begun to switch.
  void giveUp(String reason) {
    at.write("failed", new FailStep(reason, false));
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
      case KEPT -> run.begun("restored/" + at.rejected().size());
      case RELEASED -> {
        if (!at.has("repaired")) {
          yield run.begun("repaired");
        }
        yield at.has("return-point")
            ? !at.has("return-restored") && run.begun("return-restored")
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
      return switching.mayFence(failed)
          ? switching.fence()
          : switching.giveUp(failed.orElseThrow());
    }
    if (failed.isPresent() && ends.givesUp()) {
      return ends.rest(fenced.get(), failed.get(), part);
    }
    Optional<UndoStep> undo = at.read("undo", UndoStep.class);
    if (undo.isEmpty()) {
      return keep.undo(fenced.get(), part);
    }
    int index = at.rejected().size();
    if (index >= intent.candidates().size()) {
      return ends.fail(
          "no usable point is left: " + at.rejected().getLast().reason() + nextOlder());
    }
    Candidate candidate = intent.candidates().get(index);
    if (!at.has("released")) {
      return bringBack(fenced.get(), undo.get(), index, candidate, part);
    }
    return intent.mode() == RollbackMode.SWITCH_AND_RESTORE
        ? bringHome(fenced.get(), undo.get(), candidate, part)
        : ends.finish(undo.get(), candidate);
  }

  /// From the undo point to the release.
  private Progressed bringBack(
      FenceStep fenced, UndoStep undo, int index, Candidate candidate, Optional<Integer> part) {
    if (fenced.target().isPresent()) {
      return release(fenced, fenced.target().get());
    }
    if (run.inPlace() && undo.unreachable()) {
      return ends.fail("the primary " + intent.source() + " can't be reached: " + undo.note());
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
      return ends.fail(Run.reason(e));
    }
  }

  /// Expiry may have taken a point before this rollback pinned it. The first one was looked after
  /// when the rollback began; an older one is when it becomes the candidate.
  private Optional<String> gone(int index, Candidate candidate) {
    PointRef ref = candidate.point();
    boolean expires =
        index > 0
            && !run.begun("restored/" + index)
            && world.records().exists(ChoosePoint.tombstone(ref));
    return expires || world.stores().shadows(ref.cell()).point(ref.point()).isEmpty()
        ? Optional.of(ref + " has expired meanwhile")
        : Optional.empty();
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
      return ends.overtaken(overtaken.current());
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
      case ReturnHome.Came.Home() -> ends.finish(reached.get(), candidate);
      case ReturnHome.Came.Failed failed -> ends.fail(failed.reason());
      case ReturnHome.Came.Overtaken overtaken -> ends.overtaken(overtaken.by());
    };
  }

  /// An old primary that could not be reached is kept as soon as it is back.
  Progressed keepLate() {
    return keep.late();
  }

  /// Goes on after a step that was tried for long enough.
  private Progressed without(String reason) {
    Optional<FenceStep> fenced = at.read("fenced", FenceStep.class);
    if (fenced.isEmpty()) {
      Route route = run.route();
      if (!route.cause().startsWith(run.owner())) {
        return ends.overtaken(route);
      }
      at.write("fence-applied", new AppliedStep(route.epoch(), Optional.of(reason)));
      return switching.unapplied(route, reason);
    }
    boolean givesUp = at.has("failed") && ends.givesUp();
    if (!at.has("undo") && !(givesUp && ends.unapplied().isPresent())) {
      return keep.without(reason);
    }
    if (givesUp || at.has("return-failed")) {
      return ends.stuck(reason);
    }
    if (at.has("released")) {
      return home.begun() ? home.without(reason) : ends.fail(reason);
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
    return ends.fail(reason);
  }

  /// Everything that this rollback has made true so far, read from its records.
  List<Fact> facts() {
    return new RollbackFacts(run).all();
  }
}
