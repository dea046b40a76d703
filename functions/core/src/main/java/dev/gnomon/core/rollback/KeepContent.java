package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.Run.Progressed;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.rollback.Steps.FenceStep;
import dev.gnomon.core.rollback.Steps.StrayStep;
import dev.gnomon.core.rollback.Steps.UndoStep;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.ShadowStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps as points what stands at the places that a rollback is about to overwrite or to leave.
final class KeepContent {
  private final Run run;
  private final Surroundings world;
  private final RollbackRecords at;
  private final Intent intent;
  private final FanOut fanOut;

  KeepContent(Run run) {
    this.run = run;
    this.world = run.world();
    this.at = run.at();
    this.intent = run.intent();
    this.fanOut = new FanOut(world.records());
  }

  /// How far a capture in parts is.
  sealed interface Kept {
    record Over(CaptureOutcome outcome) implements Kept {}

    record InParts(List<Fact> parts) implements Kept {}
  }

  /// Takes the undo point.
  Progressed undo(FenceStep fenced, Optional<Integer> part) {
    Optional<Place> content = world.fence().content(run.resource(), intent.source());
    if (content.isEmpty()) {
      return without(fenced.unreachable() ? fenced.evidence() : intent.source() + " is not there");
    }
    String job = "undo-" + intent.rollback();
    return switch (capture(job, "undo", content.get(), PointKind.UNDO, part)) {
      case Kept.InParts open -> new Progressed.InParts(open.parts());
      case Kept.Over over ->
          switch (over.outcome()) {
            case CaptureOutcome.Taken taken -> {
              at.write("undo", undo(taken));
              run.reached("undo");
              yield Progressed.FURTHER;
            }
            case CaptureOutcome.Refused refused ->
                throw new TroubleException(
                    "the undo point of %s could not be taken: %s"
                        .formatted(run.resource().name(), refused.reason()));
          };
    };
  }

  /// Goes on without an undo point: nothing may write to the old primary then.
  Progressed without(String why) {
    at.write("undo", new UndoStep(Optional.empty(), Optional.empty(), true, why));
    run.reached("undo");
    return Progressed.FURTHER;
  }

  private UndoStep undo(CaptureOutcome.Taken taken) {
    return new UndoStep(Optional.of(run.ref(taken.point())), Optional.of(taken.point()), false, "");
  }

  /// An old primary that could not be reached is fenced and kept as soon as it is there again,
  /// before anything writes to it.
  Progressed late() {
    if (world.fence().content(run.resource(), intent.source()).isEmpty()) {
      return new Progressed.Waits(
          "the old primary "
              + intent.source()
              + " can't be reached; it is kept as soon as it is back");
    }
    // While the rollback runs nobody else moves the route; later, others may have fenced it since.
    Epoch epoch =
        at.has("done")
            ? run.route().epoch()
            : at.read("fenced", FenceStep.class).orElseThrow().epoch();
    if (world.fence().fence(run.resource(), intent.source(), epoch)
        instanceof Fence.Outcome.Unreachable unreachable) {
      return new Progressed.Waits(unreachable.reason());
    }
    Place content = run.content(intent.source());
    CaptureOutcome outcome = whole("late-undo-" + intent.rollback(), content);
    if (outcome instanceof CaptureOutcome.Refused refused) {
      return new Progressed.Waits(refused.reason());
    }
    if (outcome instanceof CaptureOutcome.Taken taken) {
      at.write(
          "strays", new StrayStep(Optional.of(run.ref(taken.point())), sinceThePoint(content)));
      at.write("late-undo", undo(taken));
      run.reached("late-undo");
    }
    return Progressed.FURTHER;
  }

  /// What became of an old primary since the point that was chosen: nobody knows which of it was
  /// written while it was out of reach.
  private Comparison sinceThePoint(Place content) {
    int index = Math.min(at.rejected().size(), intent.candidates().size() - 1);
    return difference(intent.candidates().get(index).point(), content);
  }

  /// What differs from a point; a point that can't be read any more counts as different, so that
  /// all of the content is kept.
  private Comparison difference(PointRef point, Place content) {
    try {
      return compare(point, content);
    } catch (DamagedPointException | IllegalArgumentException e) {
      return new Comparison(
          List.of(), List.of(), List.of("not compared: " + Run.reason(e)), 1, true);
    }
  }

  /// Writes to a primary that is only fenced by word are looked for before anything overwrites
  /// them.
  void strays(FenceStep fenced, UndoStep undo) {
    if (fenced.fenced() == Fenced.ENFORCED || undo.ref().isEmpty() || at.has("strays")) {
      return;
    }
    at.write(
        "strays",
        strays(
            undo.ref().get(),
            run.held(intent.source(), fenced.epoch(), content -> content),
            "strays-" + intent.rollback()));
  }

  /// What differs from a point of the same place, kept as a point of its own.
  StrayStep strays(PointRef ref, Place content, String job) {
    Comparison comparison = difference(ref, content);
    if (comparison.equal()) {
      return new StrayStep(Optional.empty(), comparison);
    }
    return switch (whole(job, content)) {
      case CaptureOutcome.Taken taken ->
          new StrayStep(Optional.of(run.ref(taken.point())), comparison);
      case CaptureOutcome.Refused refused ->
          throw new TroubleException(
              "writes to %s after its undo point could not be kept: %s"
                  .formatted(intent.source(), refused.reason()));
    };
  }

  /// What was written to a place after it was restored, before it is made equal to its point again.
  void mended(String record, PointRef ref, Place content) {
    if (!at.has(record)) {
      at.write(record, strays(ref, content, record + "-" + intent.rollback()));
    }
  }

  /// A location that was left behind fenced only by word may have been written since.
  void left(Candidate candidate, Left left) {
    PointRef point = candidate.point();
    if (left.fenced() == Fenced.ENFORCED || at.has("left-strays")) {
      return;
    }
    Place content = run.content(left.location());
    if (compare(point, content).equal()) {
      return;
    }
    switch (whole("left-" + intent.rollback(), content)) {
      case CaptureOutcome.Taken taken -> at.write("left-strays", undo(taken));
      case CaptureOutcome.Refused refused ->
          throw new TroubleException(
              "what stands at %s could not be kept: %s"
                  .formatted(left.location(), refused.reason()));
    }
  }

  Comparison compare(PointRef ref, Place content) {
    return world.stores().shadows(ref.cell()).compare(ref.point(), content, Progress.NONE);
  }

  /// Captures a tree in parts.
  Kept capture(String job, String step, Place source, PointKind kind, Optional<Integer> part) {
    CaptureRequest request = request(job, source, kind, world.partBytes());
    ShadowStore store = world.stores().shadows(run.storeCell());
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
      return new Kept.InParts(open.facts());
    }
    List<Part> planned = new ArrayList<>();
    world
        .records()
        .read(ObjectName.of("jobs", job, "parts"), Steps.PartsStep.class)
        .ifPresent(all -> planned.addAll(all.parts()));
    return new Kept.Over(store.commit(request, planned, Progress.NONE));
  }

  /// Captures a tree in one go, for the rare cases that no event hands out.
  private CaptureOutcome whole(String job, Place source) {
    CaptureRequest request = request(job, source, PointKind.UNDO, Long.MAX_VALUE);
    ShadowStore store = world.stores().shadows(run.storeCell());
    List<Part> parts = store.planCapture(request);
    parts.forEach(part -> store.capturePart(request, part, Progress.NONE));
    return store.commit(request, parts, Progress.NONE);
  }

  private CaptureRequest request(String job, Place source, PointKind kind, long partBytes) {
    return new CaptureRequest(
            job,
            run.resource().name(),
            source,
            kind,
            Optional.empty(),
            run.resource().dependsOn(),
            OnChange.FUZZY,
            partBytes)
        .compressedBy(run.resource().compression(run.storeCell()));
  }
}
