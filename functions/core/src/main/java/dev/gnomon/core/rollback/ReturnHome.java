package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.Moves.Move;
import dev.gnomon.core.rollback.RestoreContent.TooManyDeletesException;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.rollback.Steps.ReturnStep;
import dev.gnomon.core.rollback.Steps.UndoStep;
import dev.gnomon.core.rollback.Steps.Verdict;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.PointKind;
import java.io.UncheckedIOException;
import java.util.Optional;

/// The second half of switch-and-restore, while the shadow serves: repairs the old primary, freezes
/// the shadow, brings over what was written on it, proves equality, and returns. If that can't be
/// done the shadow goes on serving.
final class ReturnHome {
  private final Run run;
  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final Routing routing;
  private final KeepContent keep;
  private final RestoreContent restore;

  ReturnHome(Run run, Routing routing, KeepContent keep, RestoreContent restore) {
    this.run = run;
    this.world = run.world();
    this.at = run.at();
    this.intent = run.intent();
    this.routing = routing;
    this.keep = keep;
    this.restore = restore;
  }

  /// What the next step came to.
  sealed interface Came {
    /// A step, or a part of one.
    record Step(Progressed progressed) implements Came {}

    /// The old primary serves again.
    record Home() implements Came {}

    /// The return is not possible; what serves, goes on serving.
    record Failed(String reason) implements Came {}

    /// Another change of the route came first.
    record Overtaken(Route by) implements Came {}
  }

  private static final Came FURTHER = new Came.Step(Progressed.FURTHER);

  Came next(FenceStep fenced, UndoStep undo, Candidate candidate, Optional<Integer> part) {
    Optional<Verdict> verdict = at.read("return-verdict", Verdict.class);
    Optional<String> noReturn =
        verdict.flatMap(Verdict::wrong).or(() -> run.notApplied("return-applied"));
    if (noReturn.isPresent()) {
      return stay(noReturn.get());
    }
    if (at.has("returned")) {
      return new Came.Home();
    }
    if (verdict.isPresent()) {
      return giveBack();
    }
    keep.strays(fenced, undo);
    if (!at.has("repaired")) {
      return repair(candidate, fenced.epoch(), part);
    }
    Optional<MoveStep> frozen = at.read("frozen", MoveStep.class);
    if (frozen.isEmpty()) {
      return waits().orElseGet(this::freeze);
    }
    Optional<ReturnStep> back = at.read("return-point", ReturnStep.class);
    if (back.isEmpty()) {
      return keepReturn(part);
    }
    Candidate last = Candidate.of(back.get().ref(), back.get().point());
    if (!at.has("return-restored")) {
      return bringOver(last, fenced.epoch(), part);
    }
    if (!at.has("return-validated")) {
      Optional<String> wrong =
          restore.wrong("mended-return", last, intent.source(), fenced.epoch());
      if (wrong.isPresent()) {
        return fail(wrong.get());
      }
      restore.validated("return-validated", last);
      run.reached("return-validate");
      return FURTHER;
    }
    at.write("return-verdict", new Verdict(writtenBehind(frozen.get(), back.get())));
    return FURTHER;
  }

  /// The return does not work. That is decided before anything follows from it: from then on the
  /// shadow may be written again. If another run found that it does work, that holds.
  Came fail(String reason) {
    at.write("return-verdict", new Verdict(Optional.of(reason)));
    return FURTHER;
  }

  /// Whether the shadow is frozen for the return, so that a failure has to be the return's.
  boolean begun() {
    return at.has("freezing");
  }

  /// Goes on after a step of the return that was tried for long enough.
  Progressed without(String reason) {
    Verdict verdict = at.write("return-verdict", new Verdict(Optional.of(reason)));
    if (verdict.wrong().isEmpty()) {
      // It was decided to return, and that can't be made true.
      Route route = run.route();
      boolean moved = route.cause().equals(run.owner() + "return");
      at.write(
          "return-applied",
          new AppliedStep(moved ? route.epoch() : run.newestMove(), Optional.of(reason)));
    }
    return Progressed.FURTHER;
  }

  private Came repair(Candidate candidate, Epoch fenced, Optional<Integer> part) {
    try {
      return new Came.Step(restore.into("repaired", candidate, intent.source(), fenced, part));
    } catch (DamagedPointException | TooManyDeletesException | IncompleteRestoreException e) {
      return new Came.Failed("the old primary could not be repaired: " + Run.reason(e));
    }
  }

  private Location served() {
    Epoch released = at.read("released", MoveStep.class).orElseThrow().epoch();
    return world.routes().at(run.resource().name(), released).orElseThrow().primary();
  }

  /// A person's rollback waits for nobody, and nothing is waited for once the return has begun.
  private Optional<Came> waits() {
    if (begun()) {
      return Optional.empty();
    }
    Optional<Came> first = anotherComesFirst();
    if (first.isPresent() || intent.by() == By.PERSON || at.has("return-ordered")) {
      return first;
    }
    return new WaitToReturn(run).why();
  }

  /// Another rollback that began from the current route, and has not moved it yet, is not passed:
  /// whoever was told that it began is not to find it overtaken.
  private Optional<Came> anotherComesFirst() {
    return new Running(world.records())
        .of(run.resource().name(), run.route())
        .map(Intent::rollback)
        .filter(other -> !other.equals(intent.rollback()))
        .map(other ->
            new Came.Step(
                new Progressed.Waits("rollback %s began and comes first".formatted(other))));
  }

  private Came freeze() {
    if (!run.decide("freezing", true)) {
      return new Came.Failed("another run of this rollback gave up before the return");
    }
    Location served = served();
    return switch (routing.moveBehindRepairs(
        "freeze", RouteState.FROZEN, served, Fenced.ADVISORY)) {
      case Move.Overtaken overtaken ->
          run.servesWhereBrought(overtaken.current())
              ? new Came.Step(
                  new Progressed.Waits(
                      "it is repaired where it serves, by " + overtaken.current().cause()))
              : new Came.Overtaken(overtaken.current());
      case Move.Made made -> {
        Epoch epoch = made.route().epoch();
        Fenced fenced;
        try {
          routing.applied(made.route()); // It is frozen all the same; the fence is what counts.
        } finally {
          fenced = fence(served, epoch);
        }
        at.write("frozen", new MoveStep(epoch, fenced, Optional.empty()));
        run.reached("freeze");
        yield FURTHER;
      }
    };
  }

  private Fenced fence(Location served, Epoch epoch) {
    return switch (world.fence().fence(run.resource(), served, epoch)) {
      case Fence.Outcome.Done done -> done.fenced();
      case Fence.Outcome.Unreachable away -> throw new TroubleException(away.reason());
      case Fence.Outcome.Outdated outdated ->
          throw new TroubleException(
              "%s can't be fenced for epoch %s: epoch %d acted on it already"
                  .formatted(served, epoch, outdated.appliedEpoch()));
    };
  }

  private Came keepReturn(Optional<Integer> part) {
    KeepContent.Kept kept;
    try {
      kept =
          keep.capture(
              "return-" + intent.rollback(),
              "return",
              run.content(served()),
              PointKind.RETURN,
              part);
    } catch (UncheckedIOException e) {
      return fail(Run.reason(e));
    }
    return switch (kept) {
      case KeepContent.Kept.InParts open -> new Came.Step(new Progressed.InParts(open.parts()));
      case KeepContent.Kept.Over over ->
          switch (over.outcome()) {
            case CaptureOutcome.Taken taken -> {
              at.write("return-point", new ReturnStep(run.ref(taken.point()), taken.point()));
              run.reached("return-point");
              yield FURTHER;
            }
            case CaptureOutcome.Refused refused -> fail(refused.reason());
          };
    };
  }

  private Came bringOver(Candidate last, Epoch fenced, Optional<Integer> part) {
    try {
      return new Came.Step(restore.into("return-restored", last, intent.source(), fenced, part));
    } catch (DamagedPointException | TooManyDeletesException | IncompleteRestoreException e) {
      return fail(Run.reason(e));
    }
  }

  /// A shadow that is only fenced by word is looked at once more: what was acknowledged on it after
  /// it was frozen would be left behind by a return.
  private Optional<String> writtenBehind(MoveStep frozen, ReturnStep back) {
    if (frozen.fenced() == Fenced.ENFORCED) {
      return Optional.empty();
    }
    Location served = served();
    Place content = run.content(served);
    Comparison comparison;
    try {
      comparison = keep.compare(back.ref(), content);
    } catch (DamagedPointException e) {
      return Optional.of(Run.reason(e));
    }
    return comparison.equal()
        ? Optional.empty()
        : Optional.of(
            "%s is written behind its advisory fence (%d paths, such as %s)"
                .formatted(served, comparison.differences(), RestoreContent.examples(comparison)));
  }

  private Came giveBack() {
    MoveStep frozen = at.read("frozen", MoveStep.class).orElseThrow();
    Optional<String> strays = routing.lift(intent.source(), frozen.epoch().next());
    return switch (routing.move("return", RouteState.SERVING, intent.source(), frozen.fenced())) {
      case Move.Overtaken overtaken -> new Came.Overtaken(overtaken.current());
      case Move.Made made -> {
        AppliedStep applied = routing.applied("return-applied", made.route());
        if (applied.wrong().isEmpty()) {
          at.write("returned", new MoveStep(applied.epoch(), made.route().fenced(), strays));
          run.reached("return");
        }
        yield FURTHER;
      }
    };
  }

  /// The shadow serves again, the old primary stays fenced.
  private Came stay(String reason) {
    at.write("return-failed", new FailStep(reason, false));
    if (!at.has("stayed")) {
      Location served = served();
      Epoch epoch = run.newestMove().next();
      if (world.fence().fence(run.resource(), intent.source(), epoch)
          instanceof Fence.Outcome.Unreachable) {
        // Fenced and kept by a sweep when it is back.
        world.openWork().opened(OpenWork.Kind.FENCES, intent.rollback());
      }
      routing.lift(served, epoch);
      switch (routing.move("stay", RouteState.SERVING, served, Fenced.ADVISORY)) {
        case Move.Overtaken overtaken -> {
          return new Came.Overtaken(overtaken.current());
        }
        case Move.Made made -> {
          routing.applied(made.route());
          at.write(
              "stayed",
              new MoveStep(made.route().epoch(), made.route().fenced(), Optional.empty()));
        }
      }
    }
    return new Came.Failed("the return to the old primary failed: " + reason);
  }
}
