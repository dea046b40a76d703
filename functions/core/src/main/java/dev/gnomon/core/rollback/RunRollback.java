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
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.rollback.Moves.Move;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.FencingStep;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.rollback.Steps.RestoreStep;
import dev.gnomon.core.rollback.Steps.ReturnStep;
import dev.gnomon.core.rollback.Steps.StrayStep;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.rollback.Steps.UndoStep;
import dev.gnomon.core.rollback.Steps.ValidateStep;
import dev.gnomon.core.rollback.Steps.Verdict;
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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

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

  /// Whether parts of the next step were handed out, so that one of them may be done out of turn.
  boolean awaitsParts() {
    return switch (phase()) {
      case FENCED -> planned("undo-" + intent.rollback());
      case KEPT -> begun("restored/" + at.rejected().size());
      case RELEASED -> {
        if (!at.has("repaired")) {
          yield begun("repaired");
        }
        yield at.has("return-point")
            ? !at.has("return-restored") && begun("return-restored")
            : planned("return-" + intent.rollback());
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
    int count = 0;
    for (String step :
        List.of(
            "fenced",
            "undo",
            "released",
            "return-failed",
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
    Optional<FailStep> failed = at.read("failed", FailStep.class);
    if (fenced.isEmpty()) {
      return mayFence(failed) ? fence() : giveUp(failed.orElseThrow());
    }
    if (failed.isPresent()) {
      return rest(fenced.get(), failed.get(), part);
    }
    Optional<UndoStep> undo = at.read("undo", UndoStep.class);
    if (undo.isEmpty()) {
      return keep("undo", fenced.get(), part);
    }
    int index = at.rejected().size();
    if (index >= intent.candidates().size()) {
      return fail("no usable point is left: " + at.rejected().getLast().reason() + nextOlder());
    }
    Candidate candidate = intent.candidates().get(index);
    if (!at.has("released")) {
      if (fenced.get().target().isPresent()) {
        return release(fenced.get(), fenced.get().target().get());
      }
      if (inPlace() && undo.get().unreachable()) {
        return fail("the primary " + intent.source() + " can't be reached: " + undo.get().note());
      }
      if (inPlace()) {
        keepStrays(fenced.get(), undo.get());
      }
      Optional<Verdict> verdict = at.read("verdicts/" + index, Verdict.class);
      if (verdict.isPresent() && verdict.get().wrong().isPresent()) {
        return rejected(index, candidate, verdict.get().wrong().get());
      }
      if (!at.has("restored/" + index)) {
        return restore(index, candidate, part);
      }
      Location target = target(candidate);
      if (!at.has("validated/" + index)) {
        return validate(index, candidate, verdict, content(target));
      }
      return release(fenced.get(), target);
    }
    if (intent.mode() != RollbackMode.SWITCH_AND_RESTORE) {
      return finish(undo.get(), candidate);
    }
    return repair(fenced.get(), undo.get(), candidate, part);
  }

  /// Offers what a person may choose instead.
  private String nextOlder() {
    return new ChoosePoint(world.records(), world.stores(), suspicions)
        .olderThan(resource, intent.candidates().getLast())
        .map(older -> "; the next older usable point is " + older)
        .orElse("; there is no older usable point");
  }

  private boolean inPlace() {
    return intent.mode() == RollbackMode.RESTORE;
  }

  // ---- fence: the switch itself, before any slow step

  /// Whether the fence comes next. A member of a group may be told to give up before it: then one
  /// of the two wins, also if they meet in two processes.
  private boolean mayFence(Optional<FailStep> failed) {
    return intent.group().isEmpty()
        || at.write("fencing", new FencingStep(failed.isEmpty())).goesOn();
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
    boolean servesAtOnce = !inPlace() && index == at.rejected().size() && !together();
    Optional<Location> ready = servesAtOnce ? exact(candidate) : Optional.empty();
    Move move =
        moves.move(
            resource,
            owner,
            intent.epochBefore(),
            owner + "fence",
            ready.isPresent() ? RouteState.SERVING : RouteState.FROZEN,
            ready.orElse(intent.source()),
            Fenced.ADVISORY);
    if (move instanceof Move.Overtaken overtaken) {
      return overtaken(overtaken.current());
    }
    Route route = ((Move.Made) move).route();
    // An earlier run of this step may have found another answer; what its route says holds.
    RouteState state = route.state();
    Optional<Location> exact =
        state == RouteState.SERVING ? Optional.of(route.primary()) : Optional.empty();
    if (exact.isPresent()) {
      moves.lift(resource, route.primary(), route.epoch());
    }
    Optional<String> notApplied;
    try {
      notApplied = tryApply(route);
    } catch (Unavailable e) {
      // Writers are kept out all the same; the step is done again until the route is applied.
      fenceSource(route.epoch());
      throw e;
    }
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
    suspect(candidate);
    at.write("fenced", step);
    world.checkpoint().reached("fence");
    return FURTHER;
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
        .read(ObjectName.of("jobs", job, "parts"), Steps.PartsStep.class)
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
    at.write(
        "strays",
        strays(undo.ref().get(), content(intent.source()), "strays-" + intent.rollback()));
  }

  /// What differs from a point of the same place, kept as a point of its own.
  private StrayStep strays(PointRef ref, Path content, String job) {
    Comparison comparison =
        world.stores().shadows(ref.cell()).compare(ref.point(), content, Progress.NONE);
    if (comparison.equal()) {
      return new StrayStep(Optional.empty(), comparison);
    }
    return switch (captureWhole(job, content)) {
      case CaptureOutcome.Taken taken -> new StrayStep(Optional.of(ref(taken.point())), comparison);
      case CaptureOutcome.Refused refused ->
          throw new Unavailable(
              "writes to %s after its undo point could not be kept: %s"
                  .formatted(intent.source(), refused.reason()));
    };
  }

  /// A location that was left behind fenced only by word may have been written since.
  private void keepLeft(Candidate candidate, Left left) {
    PointRef point = candidate.point();
    if (left.fenced() == Fenced.ENFORCED || at.has("left-strays")) {
      return;
    }
    Path content = content(left.location());
    if (world
        .stores()
        .shadows(point.cell())
        .compare(point.point(), content, Progress.NONE)
        .equal()) {
      return;
    }
    switch (captureWhole("left-" + intent.rollback(), content)) {
      case CaptureOutcome.Taken taken ->
          at.write(
              "left-strays",
              new UndoStep(Optional.of(ref(taken.point())), Optional.of(taken.point()), false, ""));
      case CaptureOutcome.Refused refused ->
          throw new Unavailable(
              "what stands at %s could not be kept: %s"
                  .formatted(left.location(), refused.reason()));
    }
  }

  // ---- restore and validate, for the main target and for the repair of the old primary

  private Progressed restore(int index, Candidate candidate, Optional<Integer> part) {
    Optional<String> gone = gone(index, candidate);
    if (gone.isPresent()) {
      return reject(index, candidate, gone.get());
    }
    if (inPlace() || reusesLeft()) {
      try {
        if (!inPlace()) {
          keepLeft(candidate, intent.left().orElseThrow());
        }
      } catch (DamagedPointException e) {
        return reject(index, candidate, reason(e));
      }
      return restoreInto("restored/" + index, index, candidate, content(target(candidate)), part);
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
                    if (at.has("restored/" + index)) {
                      // If that comes too late, a sync has begun with the next generation.
                      replica.synced(granted.turn());
                    }
                    yield progressed;
                  }
                });
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

  private Progressed restoreInto(
      String record, int index, Candidate candidate, Path target, Optional<Integer> part) {
    PointRef ref = candidate.point();
    Restorer restorer = world.stores().restorer(ref.cell());
    RestoreRequest request = new RestoreRequest(ref.point(), target, world.partBytes());
    try {
      FanOut.Parts parts =
          fanOut.run(
              job(record),
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

  private String job(String record) {
    return record.replace('/', '-') + "-" + intent.rollback();
  }

  /// Whether parts of a restore were planned, so that the target may have been written.
  private boolean begun(String record) {
    return planned(job(record));
  }

  private boolean planned(String job) {
    return world.records().exists(ObjectName.of("jobs", job, "parts"));
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

  private Progressed validate(
      int index, Candidate candidate, Optional<Verdict> known, Path content) {
    Verdict verdict =
        known.orElseGet(
            () -> at.write("verdicts/" + index, new Verdict(invalid(candidate, content))));
    if (verdict.wrong().isPresent()) {
      return rejected(index, candidate, verdict.wrong().get());
    }
    at.write("validated/" + index, new ValidateStep(candidate.point(), checkNames()));
    world.checkpoint().reached("validate");
    return FURTHER;
  }

  /// Compares every byte with the point, mends once what somebody changed after the restore, then
  /// runs the resource's own checks.
  private Optional<String> invalid(Candidate candidate, Path content) {
    PointRef ref = candidate.point();
    Comparison comparison;
    try {
      ShadowStore store = world.stores().shadows(ref.cell());
      comparison = store.compare(ref.point(), content, Progress.NONE);
      if (!comparison.equal()) {
        Restorer restorer = world.stores().restorer(ref.cell());
        RestoreRequest request = new RestoreRequest(ref.point(), content, Long.MAX_VALUE);
        restorer.restorePart(request, Part.WHOLE, Progress.NONE);
        restorer.finish(request);
        comparison = store.compare(ref.point(), content, Progress.NONE);
      }
    } catch (DamagedPointException e) {
      return Optional.of(reason(e));
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

  /// Rejects a candidate unless another run of this step has found it good.
  private Progressed reject(int index, Candidate candidate, String reason) {
    Verdict verdict = at.write("verdicts/" + index, new Verdict(Optional.of(reason)));
    return verdict.wrong().isPresent()
        ? rejected(index, candidate, verdict.wrong().get())
        : FURTHER;
  }

  private Progressed rejected(int index, Candidate candidate, String reason) {
    at.write("rejected/" + index, new RejectStep(candidate.point(), reason));
    world.checkpoint().reached("reject");
    return FURTHER;
  }

  // ---- release

  /// The fence is lifted before the route says so: a route that serves is really served.
  private Progressed release(FenceStep fenced, Location target) {
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
    Optional<String> notApplied = tryApply(route);
    if (notApplied.isPresent()) {
      at.write("failed", new FailStep(notApplied.get(), true));
      return FURTHER;
    }
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
    Location served = servedFrom();
    Optional<FailStep> noReturn = at.read("return-failed", FailStep.class);
    if (noReturn.isPresent()) {
      return stay(served, noReturn.get().reason());
    }
    keepStrays(fenced, reached.get());
    Path content = content(intent.source());
    if (!at.has("repaired")) {
      return repairFrom("repaired", candidate, content, part);
    }
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
        return failReturn(wrong.get());
      }
      at.write("return-validated", new ValidateStep(last.point(), checkNames()));
      world.checkpoint().reached("return-validate");
      return FURTHER;
    }
    if (at.has("returned")) {
      return finish(reached.get(), candidate);
    }
    Optional<String> written = writtenBehind(served);
    return written.isPresent() ? failReturn(written.get()) : giveBack();
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
      at.write("strays", new StrayStep(Optional.of(ref(taken.point())), sinceThePoint(content)));
      at.write(
          "late-undo",
          new UndoStep(Optional.of(ref(taken.point())), Optional.of(taken.point()), false, ""));
      world.checkpoint().reached("late-undo");
    }
    return FURTHER;
  }

  /// What became of an old primary since the point that was chosen: nobody knows which of it was
  /// written while it was out of reach.
  private Comparison sinceThePoint(Path content) {
    int index = Math.min(at.rejected().size(), intent.candidates().size() - 1);
    PointRef point = intent.candidates().get(index).point();
    try {
      return world.stores().shadows(point.cell()).compare(point.point(), content, Progress.NONE);
    } catch (DamagedPointException | IllegalArgumentException e) {
      return new Comparison(List.of(), List.of(), List.of("not compared: " + reason(e)), 1, true);
    }
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
      // Once the shadow is frozen for the return it has to serve again.
      return record.equals("return-restored")
          ? failReturn(reason(e))
          : fail("the old primary could not be repaired: " + reason(e));
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
    Optional<CaptureOutcome> outcome;
    try {
      outcome =
          capture("return-" + intent.rollback(), "return", content(served), PointKind.RETURN, part);
    } catch (UncheckedIOException e) {
      return failReturn(reason(e));
    }
    if (outcome.isEmpty()) {
      return waitForParts();
    }
    return switch (outcome.get()) {
      case CaptureOutcome.Taken taken -> {
        at.write("return-point", new ReturnStep(ref(taken.point()), taken.point()));
        world.checkpoint().reached("return-point");
        yield FURTHER;
      }
      case CaptureOutcome.Refused refused -> failReturn(refused.reason());
    };
  }

  /// A shadow that is only fenced by word is looked at once more: what was acknowledged on it after
  /// it was frozen would be left behind by a return.
  private Optional<String> writtenBehind(Location served) {
    Optional<ReturnStep> back = at.read("return-point", ReturnStep.class);
    boolean enforced =
        at.read("frozen", MoveStep.class).map(MoveStep::fenced).orElse(Fenced.ADVISORY)
            == Fenced.ENFORCED;
    Optional<Path> content = world.fence().content(resource, served);
    if (enforced || back.isEmpty() || content.isEmpty() || moved(owner + "return")) {
      return Optional.empty();
    }
    PointRef ref = back.get().ref();
    Comparison comparison =
        world.stores().shadows(ref.cell()).compare(ref.point(), content.get(), Progress.NONE);
    return comparison.equal()
        ? Optional.empty()
        : Optional.of(
            "%s is written behind its advisory fence (%d paths, such as %s)"
                .formatted(served, comparison.differences(), examples(comparison)));
  }

  /// Whether the route of a move of this rollback is there already.
  private boolean moved(String cause) {
    return world
        .routes()
        .current(resource.name())
        .map(route -> route.cause().equals(cause))
        .orElse(false);
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
    Optional<String> notApplied = tryApply(route);
    if (notApplied.isPresent()) {
      return failReturn(notApplied.get());
    }
    at.write("returned", new MoveStep(route.epoch(), route.fenced(), strays));
    world.checkpoint().reached("return");
    return FURTHER;
  }

  /// The return did not work. That is decided before anything follows from it: from then on the
  /// shadow may be written again.
  private Progressed failReturn(String reason) {
    at.write("return-failed", new FailStep(reason, false));
    return FURTHER;
  }

  /// The shadow serves again, the old primary stays fenced.
  private Progressed stay(Location served, String reason) {
    world.fence().fence(resource, intent.source(), nextEpoch());
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
    tryApply(route);
    at.write("stayed", new MoveStep(route.epoch(), route.fenced(), Optional.empty()));
    return fail("the return to the old primary failed: " + reason);
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
          Optional.of(intent.candidates().get(at.rejected().size())),
          undo,
          "%s; it is served from %s at epoch %s, the old primary %s stays fenced"
              .formatted(failed.reason(), now.primary(), now.epoch(), intent.source()));
    }
    if (undo.isEmpty() && !failed.unapplied()) {
      return keep("undo", fenced, part);
    }
    if (undo.flatMap(UndoStep::ref).isPresent() && touched() && !at.has("unrestored")) {
      PointRef before = undo.flatMap(UndoStep::ref).orElseThrow();
      Route frozen = world.routes().current(resource.name()).orElseThrow();
      world.fence().fence(resource, intent.source(), frozen.epoch());
      try {
        at.write("unrestored", unrestore(before));
      } catch (DamagedPointException e) {
        return end(
            Terminal.FAILED,
            frozen.epoch(),
            Optional.empty(),
            undo,
            "%s; %s could not be brought back either (%s): it holds a mixture and stays fenced at epoch %s until it is rolled back to another point"
                .formatted(failed.reason(), intent.source(), reason(e), frozen.epoch()));
      }
    }
    Optional<String> strays =
        fenced.unreachable()
            ? Optional.empty()
            : moves.lift(resource, intent.source(), nextEpoch());
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
    at.write("rested", new MoveStep(route.epoch(), Fenced.NONE, strays));
    return end(
        Terminal.FAILED,
        route.epoch(),
        Optional.empty(),
        undo,
        "%s; %s serves as before at epoch %s"
            .formatted(failed.reason(), intent.source(), route.epoch()));
  }

  /// Whether a restore in place may have changed the primary.
  private boolean touched() {
    return inPlace()
        && IntStream.range(0, intent.candidates().size())
            .anyMatch(index -> begun("restored/" + index));
  }

  private RestoreStep unrestore(PointRef before) {
    RestoreRequest request =
        new RestoreRequest(before.point(), content(intent.source()), Long.MAX_VALUE);
    Restorer restorer = world.stores().restorer(before.cell());
    RestoreReport report = restorer.restorePart(request, Part.WHOLE, Progress.NONE);
    return new RestoreStep(before, report.plus(restorer.finish(request)));
  }

  private Progressed finish(UndoStep undo, Candidate candidate) {
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
            .takenBy(intent.rollback(), candidate.content())
            .orElseThrow(() -> new Unavailable("the replica of " + resource.name() + " moved on"));
    return replica.location(entry.generation());
  }

  private Location servedFrom() {
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
