package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.rollback.Moves.Move;
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
import dev.gnomon.core.rollback.Steps.ValidateStep;
import dev.gnomon.core.rollback.Suspicions.Suspicion;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.ShadowStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One rollback of one resource, as far as its records say; each call of [#next] does its next
/// step.
///
/// The order of the steps is that of docs/PROTOCOLS.md. Which step is next is read from the records
/// alone, so a step that was killed is simply done again: it finds what it did before by name. The
/// file is long because it is one protocol, to be read from top to bottom.
final class RunRollback {
  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final Resource resource;
  private final Moves moves;
  private final FanOut fanOut;
  private final Suspicions suspicions;
  private final String owner;

  RunRollback(Surroundings world, RollbackRecords at, Intent intent, Resource resource) {
    this.world = world;
    this.at = at;
    this.intent = intent;
    this.resource = resource;
    this.moves = new Moves(world.routes(), world.actuators(), world.fence());
    this.fanOut = new FanOut(world.records());
    this.suspicions = new Suspicions(world.records());
    this.owner = "rollbacks/" + resource.name() + "/" + intent.epochBefore().padded() + "/";
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

  /// What a call of [#next] led to.
  sealed interface Progressed {
    /// A step is done; there is a next one.
    record Further() implements Progressed {}

    /// The step is done in parts that are handed out as events.
    record InParts(List<Fact> parts) implements Progressed {}

    /// Nothing can be done now; a sweep asks again.
    record Waits(String why) implements Progressed {}

    /// Nothing is left to do.
    record Over() implements Progressed {}
  }

  private static final Progressed FURTHER = new Progressed.Further();
  private static final Progressed OVER = new Progressed.Over();

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

  /// Names the state a rollback is in; differs from step to step.
  dev.gnomon.core.objects.ObjectName marker() {
    int count = 0;
    for (String step :
        List.of(
            "fenced",
            "undo",
            "released",
            "repaired",
            "frozen",
            "return-point",
            "return-restored",
            "return-validated",
            "returned",
            "failed",
            "done")) {
      count += at.has(step) ? 1 : 0;
    }
    int index = at.rejected().size();
    return at.name(
        "after-%d-%d%s%s"
            .formatted(
                count,
                index,
                at.has("restored/" + index) ? "r" : "",
                at.has("validated/" + index) ? "v" : ""));
  }

  /// Does the next step.
  ///
  /// @param part number of the part that an event handed out, if it did
  Progressed next(Optional<Integer> part) {
    if (at.has("done")) {
      return OVER;
    }
    Optional<FenceStep> fenced = at.read("fenced", FenceStep.class);
    if (fenced.isEmpty()) {
      return fence();
    }
    Optional<FailStep> failed = at.read("failed", FailStep.class);
    if (failed.isPresent()) {
      return rest(fenced.get(), failed.get(), part);
    }
    Optional<UndoStep> undo = at.read("undo", UndoStep.class);
    if (undo.isEmpty()) {
      return keep("undo", fenced.get(), part);
    }
    int index = at.rejected().size();
    if (index >= intent.candidates().size()) {
      return fail("no usable point is left: " + at.rejected().getLast().reason());
    }
    Candidate candidate = intent.candidates().get(index);
    if (!at.has("released")) {
      if (fenced.get().target().isPresent() && index == 0) {
        return release(fenced.get(), fenced.get().target().get(), candidate);
      }
      if (inPlace() && undo.get().unreachable()) {
        return fail("the primary " + intent.source() + " can't be reached: " + undo.get().note());
      }
      if (inPlace()) {
        keepStrays(fenced.get(), undo.get());
      }
      if (!at.has("restored/" + index)) {
        return restore(index, candidate, part);
      }
      Location target = target(candidate);
      if (!at.has("validated/" + index)) {
        return validate(index, candidate, content(target));
      }
      return release(fenced.get(), target, candidate);
    }
    if (intent.mode() != RollbackMode.SWITCH_AND_RESTORE) {
      return finish(fenced.get(), undo.get(), candidate);
    }
    return repair(fenced.get(), undo.get(), candidate, part);
  }

  private boolean inPlace() {
    return intent.mode() == RollbackMode.RESTORE;
  }

  // ---- fence: the switch itself, before any slow step

  private Progressed fence() {
    Candidate candidate = intent.candidates().getFirst();
    Optional<Location> exact = inPlace() ? Optional.empty() : exact(candidate);
    RouteState state = exact.isPresent() ? RouteState.SERVING : RouteState.FROZEN;
    Location primary = exact.orElse(intent.source());
    Move move =
        moves.move(
            resource,
            owner,
            intent.epochBefore(),
            owner + "fence",
            state,
            primary,
            Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    if (exact.isPresent()) {
      moves.lift(resource, route.primary(), route.epoch());
    }
    Optional<String> notApplied = tryApply(route);
    if (notApplied.isPresent()) {
      at.write("failed", new FailStep(notApplied.get(), true));
      at.write(
          "fenced",
          new FenceStep(route.epoch(), state, exact, Fenced.NONE, false, notApplied.get()));
      return FURTHER;
    }
    FenceStep step =
        switch (fenceSource(route.epoch())) {
          case Fence.Outcome.Done done ->
              new FenceStep(route.epoch(), state, exact, done.fenced(), false, done.evidence());
          case Fence.Outcome.Unreachable unreachable ->
              new FenceStep(
                  route.epoch(), state, exact, Fenced.ADVISORY, true, unreachable.reason());
          case Fence.Outcome.Outdated outdated ->
              new FenceStep(
                  route.epoch(),
                  state,
                  exact,
                  Fenced.ADVISORY,
                  false,
                  "a fence of epoch " + outdated.appliedEpoch() + " came first");
        };
    at.write("fenced", step);
    world.checkpoint().reached("fence");
    if (intent.undoes().isEmpty()) {
      suspicions.add(
          resource.name(),
          new Suspicion(intent.rollback(), candidate.time(), world.records().time(), false));
    }
    return FURTHER;
  }

  /// A location that already holds exactly the point: the newest generation of the replica, or a
  /// location that an earlier rollback left behind its fence.
  private Optional<Location> exact(Candidate candidate) {
    Optional<Replica> replica = world.replicas().of(resource);
    Optional<ReplicaEntry> sealed =
        replica.flatMap(one -> one.sealIfEqual(candidate.content(), intent.rollback()));
    if (sealed.isPresent()) {
      return sealed.map(entry -> replica.orElseThrow().location(entry.generation()));
    }
    return intent
        .left()
        .filter(left -> left.holds(candidate.content()))
        .filter(left -> world.fence().content(resource, left.location()).isPresent())
        .map(Left::location);
  }

  /// A primary that was deleted altogether is made again, empty, so that it can be fenced and
  /// restored.
  private Fence.Outcome fenceSource(Epoch epoch) {
    Fence.Outcome outcome = world.fence().fence(resource, intent.source(), epoch);
    if (outcome instanceof Fence.Outcome.Unreachable && deleted(intent.source())) {
      try {
        Files.createDirectory(Path.of(intent.source().path()));
      } catch (IOException e) {
        return outcome;
      }
      return world.fence().fence(resource, intent.source(), epoch);
    }
    return outcome;
  }

  private static boolean deleted(Location location) {
    Path path = Path.of(location.path());
    Path parent = path.getParent();
    return parent != null
        && Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)
        && Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private Optional<String> tryApply(Route route) {
    try {
      moves.apply(resource, route);
      return Optional.empty();
    } catch (Moves.NotAppliedException e) {
      return Optional.of(reason(e));
    }
  }

  // ---- undo point: what is there is kept before anything is overwritten

  private Progressed keep(String step, FenceStep fenced, Optional<Integer> part) {
    Optional<Path> content = world.fence().content(resource, intent.source());
    if (content.isEmpty()) {
      at.write(
          step,
          new UndoStep(
              Optional.empty(),
              Optional.empty(),
              true,
              fenced.unreachable() ? fenced.evidence() : intent.source() + " is not there"));
      world.checkpoint().reached("undo");
      return FURTHER;
    }
    String job = step + "-" + intent.rollback();
    return capture(job, step, content.get(), PointKind.UNDO, part)
        .map(outcome -> {
          UndoStep undo =
              switch (outcome) {
                case CaptureOutcome.Taken taken ->
                    new UndoStep(
                        Optional.of(ref(taken.point())), Optional.of(taken.point()), false, "");
                case CaptureOutcome.Refused refused ->
                    throw new Unavailable(
                        "the undo point of %s could not be taken: %s"
                            .formatted(resource.name(), refused.reason()));
              };
          at.write(step, undo);
          world.checkpoint().reached("undo");
          return FURTHER;
        })
        .orElseGet(() -> waitForParts());
  }

  private List<Fact> missing = List.of();

  private Progressed waitForParts() {
    return new Progressed.InParts(missing);
  }

  /// Captures a tree in parts; empty while parts are missing.
  private Optional<CaptureOutcome> capture(
      String job, String step, Path source, PointKind kind, Optional<Integer> part) {
    CaptureRequest request = captureRequest(job, source, kind, world.partBytes());
    ShadowStore store = world.stores().shadows(storeCell());
    List<Part> planned = new ArrayList<>();
    FanOut.Parts parts =
        fanOut.run(
            job,
            intent.rollback(),
            intent.correlation(),
            step,
            part,
            () -> store.planCapture(request),
            one -> {
              store.capturePart(request, one, Progress.NONE);
              return RestoreReport.NOTHING;
            });
    if (parts instanceof FanOut.Parts.Missing open) {
      missing = open.facts();
      return Optional.empty();
    }
    world
        .records()
        .read(dev.gnomon.core.objects.ObjectName.of("jobs", job, "parts"), Steps.PartsStep.class)
        .ifPresent(all -> planned.addAll(all.parts()));
    return Optional.of(store.commit(request, planned, Progress.NONE));
  }

  /// Captures a tree in one go, for the rare cases that no event hands out.
  private CaptureOutcome captureWhole(String job, Path source) {
    CaptureRequest request = captureRequest(job, source, PointKind.UNDO, Long.MAX_VALUE);
    ShadowStore store = world.stores().shadows(storeCell());
    List<Part> parts = store.planCapture(request);
    parts.forEach(part -> store.capturePart(request, part, Progress.NONE));
    return store.commit(request, parts, Progress.NONE);
  }

  private CaptureRequest captureRequest(String job, Path source, PointKind kind, long partBytes) {
    return new CaptureRequest(
        job,
        resource.name(),
        source,
        kind,
        Optional.empty(),
        resource.dependsOn(),
        OnChange.FUZZY,
        partBytes);
  }

  /// Writes to a primary that is only fenced by word are looked for before anything overwrites
  /// them.
  private void keepStrays(FenceStep fenced, UndoStep undo) {
    if (fenced.fenced() == Fenced.ENFORCED || undo.ref().isEmpty() || at.has("strays")) {
      return;
    }
    Path content = content(intent.source());
    PointRef ref = undo.ref().get();
    Comparison comparison =
        world.stores().shadows(ref.cell()).compare(ref.point(), content, Progress.NONE);
    Optional<PointRef> kept = Optional.empty();
    if (!comparison.equal()) {
      CaptureOutcome outcome = captureWhole("strays-" + intent.rollback(), content);
      if (outcome instanceof CaptureOutcome.Taken taken) {
        kept = Optional.of(ref(taken.point()));
      }
    }
    at.write("strays", new StrayStep(kept, comparison));
  }

  // ---- restore and validate, for the main target and for the repair of the old primary

  private Progressed restore(int index, Candidate candidate, Optional<Integer> part) {
    if (inPlace() || reusesLeft()) {
      Location target = target(candidate);
      return restoreInto("restored/" + index, index, candidate, content(target), part);
    }
    Replica replica = world.replicas().of(resource).orElseThrow(() -> noReplica());
    return world
        .replicas()
        .exclusively(
            resource,
            () ->
                switch (replica.askSealing(
                    candidate.point(), candidate.content(), intent.rollback())) {
                  case Replica.Asked.Busy busy ->
                      throw new Unavailable(
                          "the replica of %s is being synced by %s"
                              .formatted(resource.name(), busy.owner()));
                  case Replica.Asked.Current current ->
                      restored("restored/" + index, candidate, RestoreReport.NOTHING);
                  case Replica.Asked.Granted granted -> {
                    Progressed progressed =
                        restoreInto(
                            "restored/" + index,
                            index,
                            candidate,
                            replica.path(granted.turn().entry().generation()),
                            part);
                    if (at.has("restored/" + index) && !replica.synced(granted.turn())) {
                      throw new Unavailable("the replica of " + resource.name() + " moved on");
                    }
                    yield progressed;
                  }
                });
  }

  private Progressed restoreInto(
      String record, int index, Candidate candidate, Path target, Optional<Integer> part) {
    PointRef ref = candidate.point();
    Restorer restorer = world.stores().restorer(ref.cell());
    RestoreRequest request = new RestoreRequest(ref.point(), target, world.partBytes());
    String job = record.replace('/', '-') + "-" + intent.rollback();
    try {
      FanOut.Parts parts =
          fanOut.run(
              job,
              intent.rollback(),
              intent.correlation(),
              "restore",
              part,
              () -> planned(restorer.plan(request, Progress.NONE), inPlace()),
              one -> restorer.restorePart(request, one, Progress.NONE));
      return switch (parts) {
        case FanOut.Parts.Missing open -> new Progressed.InParts(open.facts());
        case FanOut.Parts.AllDone done ->
            restored(record, candidate, done.report().plus(restorer.finish(request)));
      };
    } catch (DamagedPointException e) {
      return reject(index, candidate, reason(e));
    } catch (TooManyDeletesException e) {
      return fail(reason(e));
    }
  }

  private List<Part> planned(RestorePlan plan, boolean limited) {
    int limit = resource.limits().maxDeletePercent();
    if (limited && !intent.allowDeletes() && plan.deletePercent() > limit) {
      throw new TooManyDeletesException(
          "the restore would delete %d of %d files (%.1f %%), the limit is %d %%; a command with --allow-deletes may do it"
              .formatted(plan.filesToDelete(), plan.filesPresent(), plan.deletePercent(), limit));
    }
    return plan.parts();
  }

  private Progressed restored(String record, Candidate candidate, RestoreReport report) {
    at.write(record, new RestoreStep(candidate.point(), report));
    world.checkpoint().reached("restore");
    return FURTHER;
  }

  private Progressed validate(int index, Candidate candidate, Path content) {
    Optional<String> wrong = invalid(candidate, content);
    if (wrong.isPresent()) {
      return reject(index, candidate, wrong.get());
    }
    at.write("validated/" + index, new ValidateStep(candidate.point(), checkNames()));
    world.checkpoint().reached("validate");
    return FURTHER;
  }

  /// Compares every byte with the point, mends once what somebody changed after the restore, then
  /// runs the resource's own checks.
  private Optional<String> invalid(Candidate candidate, Path content) {
    PointRef ref = candidate.point();
    ShadowStore store = world.stores().shadows(ref.cell());
    Comparison comparison = store.compare(ref.point(), content, Progress.NONE);
    if (!comparison.equal()) {
      Restorer restorer = world.stores().restorer(ref.cell());
      RestoreRequest request = new RestoreRequest(ref.point(), content, Long.MAX_VALUE);
      try {
        restorer.restorePart(request, Part.WHOLE, Progress.NONE);
        restorer.finish(request);
      } catch (DamagedPointException e) {
        return Optional.of(reason(e));
      }
      comparison = store.compare(ref.point(), content, Progress.NONE);
    }
    if (!comparison.equal()) {
      return Optional.of(
          "%d paths still differ from %s after the restore, such as %s"
              .formatted(comparison.differences(), ref, examples(comparison)));
    }
    for (CheckSpec spec : resource.checks()) {
      Optional<String> wrong = world.check().run(spec, content);
      if (wrong.isPresent()) {
        return Optional.of("check %s failed: %s".formatted(spec.name(), wrong.get()));
      }
    }
    return Optional.empty();
  }

  private static String examples(Comparison comparison) {
    List<String> some = new ArrayList<>();
    comparison.changed().stream().limit(3).forEach(path -> some.add("changed " + path));
    comparison.added().stream().limit(3).forEach(path -> some.add("extra " + path));
    comparison.removed().stream().limit(3).forEach(path -> some.add("missing " + path));
    return String.join(", ", some);
  }

  private Progressed reject(int index, Candidate candidate, String reason) {
    at.write("rejected/" + index, new RejectStep(candidate.point(), reason));
    world.checkpoint().reached("reject");
    return FURTHER;
  }

  // ---- release

  /// The fence is lifted before the route says so: a route that serves is really served.
  private Progressed release(FenceStep fenced, Location target, Candidate candidate) {
    Optional<String> strays = moves.lift(resource, target, nextEpoch());
    Move move =
        moves.move(
            resource,
            owner,
            intent.epochBefore(),
            owner + "release",
            RouteState.SERVING,
            target,
            inPlace() ? Fenced.NONE : fenced.fenced());
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    moves.apply(resource, route);
    at.write("released", new MoveStep(route.epoch(), route.fenced(), strays));
    world.checkpoint().reached("release");
    return FURTHER;
  }

  // ---- switch-and-restore: repair the old primary and return to it

  private Progressed repair(
      FenceStep fenced, UndoStep undo, Candidate candidate, Optional<Integer> part) {
    Optional<UndoStep> reached =
        undo.unreachable() ? at.read("late-undo", UndoStep.class) : Optional.of(undo);
    if (reached.isEmpty()) {
      return keepLate();
    }
    keepStrays(fenced, reached.get());
    Path content = content(intent.source());
    if (!at.has("repaired")) {
      return repairFrom("repaired", candidate, content, part);
    }
    Location served = servedFrom(fenced, candidate);
    Optional<MoveStep> frozen = at.read("frozen", MoveStep.class);
    if (frozen.isEmpty()) {
      return freeze(served);
    }
    Optional<ReturnStep> back = at.read("return-point", ReturnStep.class);
    if (back.isEmpty()) {
      return keepReturn(served, part);
    }
    Candidate last = Candidate.of(back.get().ref(), back.get().point());
    if (!at.has("return-restored")) {
      return repairFrom("return-restored", last, content, part);
    }
    if (!at.has("return-validated")) {
      Optional<String> wrong = invalid(last, content);
      if (wrong.isPresent()) {
        return failReturn(served, wrong.get());
      }
      at.write("return-validated", new ValidateStep(last.point(), checkNames()));
      world.checkpoint().reached("return-validate");
      return FURTHER;
    }
    if (!at.has("returned")) {
      return giveBack();
    }
    return finish(fenced, reached.get(), candidate);
  }

  /// An old primary that could not be reached is fenced and kept as soon as it is there again,
  /// before anything writes to it.
  Progressed keepLate() {
    if (world.fence().content(resource, intent.source()).isEmpty()) {
      return new Progressed.Waits(
          "the old primary "
              + intent.source()
              + " can't be reached; it is kept as soon as it is back");
    }
    Route route = world.routes().current(resource.name()).orElseThrow();
    if (world.fence().fence(resource, intent.source(), route.epoch())
        instanceof Fence.Outcome.Unreachable unreachable) {
      return new Progressed.Waits(unreachable.reason());
    }
    Path content = content(intent.source());
    CaptureOutcome outcome = captureWhole("late-undo-" + intent.rollback(), content);
    if (outcome instanceof CaptureOutcome.Refused refused) {
      return new Progressed.Waits(refused.reason());
    }
    if (outcome instanceof CaptureOutcome.Taken taken) {
      Comparison strays =
          world
              .stores()
              .shadows(intent.candidates().getFirst().point().cell())
              .compare(intent.candidates().getFirst().point().point(), content, Progress.NONE);
      at.write("strays", new StrayStep(Optional.of(ref(taken.point())), strays));
      at.write(
          "late-undo",
          new UndoStep(Optional.of(ref(taken.point())), Optional.of(taken.point()), false, ""));
      world.checkpoint().reached("late-undo");
    }
    return FURTHER;
  }

  private Progressed repairFrom(
      String record, Candidate candidate, Path content, Optional<Integer> part) {
    PointRef ref = candidate.point();
    Restorer restorer = world.stores().restorer(ref.cell());
    RestoreRequest request = new RestoreRequest(ref.point(), content, world.partBytes());
    try {
      FanOut.Parts parts =
          fanOut.run(
              record + "-" + intent.rollback(),
              intent.rollback(),
              intent.correlation(),
              "restore",
              part,
              () -> planned(restorer.plan(request, Progress.NONE), record.equals("repaired")),
              one -> restorer.restorePart(request, one, Progress.NONE));
      return switch (parts) {
        case FanOut.Parts.Missing open -> new Progressed.InParts(open.facts());
        case FanOut.Parts.AllDone done ->
            restored(record, candidate, done.report().plus(restorer.finish(request)));
      };
    } catch (DamagedPointException | TooManyDeletesException e) {
      return fail("the old primary could not be repaired: " + reason(e));
    }
  }

  private Progressed freeze(Location served) {
    Move move =
        moves.move(
            resource,
            owner,
            intent.epochBefore(),
            owner + "freeze",
            RouteState.FROZEN,
            served,
            Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    tryApply(route);
    Fenced fenced =
        world.fence().fence(resource, served, route.epoch()) instanceof Fence.Outcome.Done done
            ? done.fenced()
            : Fenced.ADVISORY;
    at.write("frozen", new MoveStep(route.epoch(), fenced, Optional.empty()));
    world.checkpoint().reached("freeze");
    return FURTHER;
  }

  private Progressed keepReturn(Location served, Optional<Integer> part) {
    Optional<CaptureOutcome> outcome =
        capture("return-" + intent.rollback(), "return", content(served), PointKind.RETURN, part);
    if (outcome.isEmpty()) {
      return waitForParts();
    }
    return switch (outcome.get()) {
      case CaptureOutcome.Taken taken -> {
        at.write("return-point", new ReturnStep(ref(taken.point()), taken.point()));
        world.checkpoint().reached("return-point");
        yield FURTHER;
      }
      case CaptureOutcome.Refused refused -> failReturn(served, refused.reason());
    };
  }

  private Progressed giveBack() {
    Optional<String> strays = moves.lift(resource, intent.source(), nextEpoch());
    Move move =
        moves.move(
            resource,
            owner,
            intent.epochBefore(),
            owner + "return",
            RouteState.SERVING,
            intent.source(),
            at.read("frozen", MoveStep.class).map(MoveStep::fenced).orElse(Fenced.ADVISORY));
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    moves.apply(resource, route);
    at.write("returned", new MoveStep(route.epoch(), route.fenced(), strays));
    world.checkpoint().reached("return");
    return FURTHER;
  }

  /// The return did not work: the shadow serves again, the old primary stays fenced.
  private Progressed failReturn(Location served, String reason) {
    moves.lift(resource, served, nextEpoch());
    Move move =
        moves.move(
            resource,
            owner,
            intent.epochBefore(),
            owner + "stay",
            RouteState.SERVING,
            served,
            Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    moves.apply(resource, route);
    at.write("stayed", new MoveStep(route.epoch(), route.fenced(), Optional.empty()));
    fail("the return to the old primary failed: " + reason);
    return FURTHER;
  }

  // ---- ends

  private Progressed fail(String reason) {
    at.write("failed", new FailStep(reason, false));
    world.checkpoint().reached("fail");
    return FURTHER;
  }

  /// Brings a failed rollback to rest. Whatever serves from a shadow goes on doing so; otherwise
  /// the old primary serves again as it was when it was fenced.
  private Progressed rest(FenceStep fenced, FailStep failed, Optional<Integer> part) {
    Optional<UndoStep> undo = at.read("undo", UndoStep.class);
    boolean served = !failed.unapplied() && (fenced.target().isPresent() || at.has("released"));
    if (served) {
      Route now = world.routes().current(resource.name()).orElseThrow();
      return end(
          Terminal.FAILED,
          now.epoch(),
          Optional.of(intent.candidates().getFirst()),
          undo,
          "%s; it is served from %s at epoch %s, the old primary %s stays fenced"
              .formatted(failed.reason(), now.primary(), now.epoch(), intent.source()));
    }
    if (undo.isEmpty() && !failed.unapplied()) {
      return keep("undo", fenced, part);
    }
    boolean touched =
        inPlace()
            && world
                .records()
                .exists(
                    dev.gnomon.core.objects.ObjectName.of(
                        "jobs", "restored-0-" + intent.rollback(), "parts"));
    if (touched && undo.isPresent() && undo.get().ref().isPresent() && !at.has("unrestored")) {
      Candidate before = Candidate.of(undo.get().ref().get(), undo.get().point().orElseThrow());
      RestoreRequest request =
          new RestoreRequest(before.point().point(), content(intent.source()), Long.MAX_VALUE);
      Restorer restorer = world.stores().restorer(before.point().cell());
      RestoreReport report = restorer.restorePart(request, Part.WHOLE, Progress.NONE);
      at.write(
          "unrestored", new RestoreStep(before.point(), report.plus(restorer.finish(request))));
    }
    if (!fenced.unreachable()) {
      moves.lift(resource, intent.source(), nextEpoch());
    }
    Move move =
        moves.move(
            resource,
            owner,
            intent.epochBefore(),
            owner + "rest",
            RouteState.SERVING,
            intent.source(),
            Fenced.NONE);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    tryApply(route);
    at.write("rested", new MoveStep(route.epoch(), Fenced.NONE, Optional.empty()));
    return end(
        Terminal.FAILED,
        route.epoch(),
        Optional.empty(),
        undo,
        "%s; %s serves as before at epoch %s"
            .formatted(failed.reason(), intent.source(), route.epoch()));
  }

  private Progressed finish(FenceStep fenced, UndoStep undo, Candidate candidate) {
    Route now = world.routes().current(resource.name()).orElseThrow();
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
    if (undo.map(UndoStep::unreachable).orElse(false)
        && terminal == Terminal.SERVING
        && intent.mode() == RollbackMode.SWITCH) {
      world.openWork().opened(OpenWork.Kind.FENCES, intent.rollback());
    }
    world.checkpoint().reached("done");
    return OVER;
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
      return Optional.of(new Left(shadow, frozen.get().fenced(), back.get().point().content()));
    }
    if (intent.mode() == RollbackMode.SWITCH) {
      Optional<ContentHash> content = undo.flatMap(UndoStep::point).map(Point::content);
      Fenced fenced =
          at.read("fenced", FenceStep.class).map(FenceStep::fenced).orElse(Fenced.ADVISORY);
      return content.map(hash -> new Left(intent.source(), fenced, hash));
    }
    return intent.left();
  }

  // ---- facts and small things

  /// Everything that this rollback has made true so far, read from its records.
  List<Fact> facts() {
    List<Fact> facts = new ArrayList<>();
    facts.add(started());
    at.read("fenced", FenceStep.class)
        .ifPresent(step -> facts.add(switched("fenced", step.epoch())));
    for (String move : List.of("released", "frozen", "returned", "stayed", "rested")) {
      at.read(move, MoveStep.class).ifPresent(step -> facts.add(switched(move, step.epoch())));
    }
    at.done().ifPresent(done -> facts.add(terminalFact(done)));
    return facts;
  }

  private Fact switched(String step, Epoch epoch) {
    Route route = world.routes().at(resource.name(), epoch).orElseThrow();
    return new Fact.RouteSwitched(
        at.name(step),
        route,
        new Epoch(epoch.value() - 1),
        at.read("fenced", FenceStep.class).map(FenceStep::fenced).orElse(route.fenced()),
        intent.correlation());
  }

  private Fact started() {
    return new Fact.RollbackStarted(
        at.name("intent"),
        intent.rollback(),
        resource.name(),
        intent.mode(),
        intent.candidates().getFirst().point(),
        intent.epochBefore(),
        intent.why());
  }

  private Fact terminalFact(DoneStep done) {
    PointRef point = done.point().orElse(intent.candidates().getFirst().point());
    return switch (done.terminal()) {
      case SERVING ->
          new Fact.RollbackCompleted(
              at.name("done"),
              intent.rollback(),
              resource.name(),
              intent.mode(),
              intent.epochBefore(),
              done.epochAfter(),
              point,
              done.undo(),
              done.filesRestored(),
              done.bytesRestored());
      case FAILED, OVERTAKEN ->
          new Fact.RollbackFailed(
              at.name("done"),
              intent.rollback(),
              resource.name(),
              intent.epochBefore(),
              at.read("failed", FailStep.class)
                  .map(FailStep::reason)
                  .orElse("another change of the route came first"),
              done.state());
    };
  }

  private static String reason(RuntimeException e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  private Epoch nextEpoch() {
    return world.routes().current(resource.name()).orElseThrow().epoch().next();
  }

  private List<String> checkNames() {
    return resource.checks().stream().map(CheckSpec::name).toList();
  }

  private boolean reusesLeft() {
    return intent.left().isPresent();
  }

  /// Where the point is brought back to, if no location held it already.
  private Location target(Candidate candidate) {
    if (inPlace()) {
      return intent.source();
    }
    if (reusesLeft()) {
      return intent.left().orElseThrow().location();
    }
    Replica replica = world.replicas().of(resource).orElseThrow(() -> noReplica());
    ReplicaEntry entry =
        replica
            .newest()
            .filter(newest -> newest.owner().equals(intent.rollback()))
            .orElseThrow(() -> new Unavailable("the replica of " + resource.name() + " moved on"));
    return replica.location(entry.generation());
  }

  private Location servedFrom(FenceStep fenced, Candidate candidate) {
    Epoch released = at.read("released", MoveStep.class).orElseThrow().epoch();
    return world.routes().at(resource.name(), released).orElseThrow().primary();
  }

  private IllegalStateException noReplica() {
    return new IllegalStateException(resource.name() + " has no replica to switch to");
  }

  private Path content(Location location) {
    return world
        .fence()
        .content(resource, location)
        .orElseThrow(() -> new Unavailable(location + " can't be reached"));
  }

  private CellName storeCell() {
    return intent.candidates().getFirst().point().cell();
  }

  private PointRef ref(Point point) {
    return new PointRef(storeCell(), point.id());
  }

  private static final class TooManyDeletesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyDeletesException(String message) {
      super(message);
    }
  }
}
