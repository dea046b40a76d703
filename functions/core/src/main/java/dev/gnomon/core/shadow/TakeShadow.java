package dev.gnomon.core.shadow;

import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.HandedOut;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Takes the shadows of one resource: a point in each of its shadow cells and, for a FULL shadow,
/// the replica brought up to that point. A job a cell; big ones are split into parts.
///
/// Every step finds its own earlier effect: `jobs/<job>/parts`, `jobs/<job>/done/<part>`, the point
/// of the job, `jobs/<job>/result`.
///
/// Of a resource with hooks the parts of a big capture are read ahead while the application runs;
/// they only bring content to the store. What becomes the point is read, or seen to be unchanged
/// since an earlier point, between `pre` and `post` (see `Pauses`).
public final class TakeShadow {
  /// After how long whoever was told that a job is being worked on may ask again. Ten attempts of a
  /// delivery outlast the longest step that is expected.
  private static final Duration BUSY_FOR = Duration.ofMinutes(5);

  private final Catalogue catalogue;
  private final ControlRecords records;
  private final OpenWork openWork;
  private final CellStores stores;
  private final Protection protection;
  private final ReplicaOfPoint replicaOfPoint;
  private final Fence fence;
  private final Pauses pauses;
  private final Answers answers;
  private final Checkpoint checkpoint;
  private final long partBytes;
  private final KeyedLocks locks = new KeyedLocks();
  private final HandedOut handedOut = new HandedOut();

  /// @param partBytes largest amount of file content for one part
  public TakeShadow(
      Catalogue catalogue,
      ControlRecords records,
      OpenWork openWork,
      CellStores stores,
      Protection protection,
      Replicas replicas,
      Fence fence,
      Check check,
      Checkpoint checkpoint,
      long partBytes) {
    this.catalogue = catalogue;
    this.records = records;
    this.openWork = openWork;
    this.stores = stores;
    this.protection = protection;
    this.replicaOfPoint = new ReplicaOfPoint(protection, replicas);
    this.fence = fence;
    this.pauses = new Pauses(records, check, checkpoint);
    this.answers = new Answers(records);
    this.checkpoint = checkpoint;
    this.partBytes = partBytes;
  }

  /// A request for shadows of one resource.
  ///
  /// @param request id of the event that asked
  /// @param slot for an interval shadow, the one cell and the time it is for
  public record Wanted(
      ResourceName resource,
      PointKind kind,
      Optional<UpdateId> updateId,
      String request,
      Optional<IntervalSlot> slot) {
    public Wanted(
        ResourceName resource, PointKind kind, Optional<UpdateId> updateId, String request) {
      this(resource, kind, updateId, request, Optional.empty());
    }

    /// Name of the batch of jobs: by the update or the slot if there is one, so that two events for
    /// one of them find the same points.
    String batch() {
      return Jobs.batch(this);
    }

    String job(CellName cell) {
      return batch() + "@" + cell;
    }
  }

  /// Takes, or goes on taking, every shadow that is wanted. One cell that is away does not keep the
  /// others waiting.
  ///
  /// @throws Busy if a shadow is being taken in this process already
  /// @throws IllegalArgumentException if the catalogue has no such resource or shadow
  public List<Fact> take(Wanted wanted) {
    Resource resource =
        catalogue
            .resource(wanted.resource())
            .orElseThrow(() -> new Refusal("unknown resource '" + wanted.resource() + "'"));
    wanted.slot().ifPresent(this::checkSlot);
    List<Fact> facts = new ArrayList<>();
    Faults faults = new Faults();
    for (ShadowSpec shadow : shadows(resource, wanted)) {
      String job = wanted.job(shadow.cell());
      Supplier<List<Fact>> work = () -> start(resource, shadow, job, wanted);
      faults.keep(() ->
          facts.addAll(
              locks
                  .tryLocked(job, () -> refusing(resource, shadow, job, wanted, work))
                  .orElseThrow(() -> worked("job " + job))));
    }
    faults.raise(); // what the other cells gave is found again by the next call
    return facts;
  }

  private static List<ShadowSpec> shadows(Resource resource, Wanted wanted) {
    if (wanted.slot().isEmpty()) {
      return resource.shadows();
    }
    CellName cell = wanted.slot().get().cell();
    List<ShadowSpec> one =
        resource.shadows().stream().filter(shadow -> shadow.cell().equals(cell)).toList();
    if (one.isEmpty()) {
      throw new Refusal(resource.name() + " has no shadow in " + cell);
    }
    return one;
  }

  /// Whoever takes a slot before its time would take its shadow away.
  private void checkSlot(IntervalSlot slot) {
    long current = IntervalSlot.at(slot.cell(), slot.every(), records.time()).number();
    if (slot.number() > current) {
      throw new Refusal("slot %s has not begun: the current one is %d".formatted(slot, current));
    }
  }

  /// Does one part of a job, and joins the job if it was the last.
  ///
  /// @throws Busy if this part is being read, or the job joined, in this process already
  public List<Fact> part(String job, int part) {
    ShadowJob planned = planned(job);
    if (result(job).isPresent()) {
      return List.of();
    }
    Optional<Fact> gone = gone(planned);
    if (gone.isPresent()) {
      return List.of(gone.get());
    }
    Resource resource = catalogue.resource(planned.resource()).orElseThrow();
    if (part < 0 || part >= planned.parts().size()) {
      throw new Refusal(
          "job %s has parts 0..%d, not %d".formatted(job, planned.parts().size() - 1, part));
    }
    return refusing(
        resource,
        shadow(resource, planned),
        job,
        wanted(planned),
        () ->
            locks
                .tryLocked(
                    planned.parts().size() == 1 ? job : job + "/" + part,
                    () -> partAndJoin(resource, planned, part))
                .orElseThrow(() -> worked("part %d of job %s".formatted(part, job))));
  }

  private List<Fact> partAndJoin(Resource resource, ShadowJob planned, int part) {
    String job = planned.job();
    boolean known = done(planned, part);
    if (readByCommit(resource, planned)) {
      known = true;
    } else {
      capturePart(resource, planned, part);
      if (!joined(planned)) {
        return List.of();
      }
    }
    Optional<List<Fact>> committed = locks.tryLocked(job, () -> commit(resource, planned));
    if (committed.isEmpty() && known) {
      throw worked("job " + job); // this may be the delivery of whoever is at it, come again
    }
    return committed.orElse(List.of()); // whoever is at it says what became of the job
  }

  private static Busy worked(String what) {
    return new Busy(what + " is being worked on in this process", BUSY_FOR);
  }

  /// A source that can't be read, a store that refuses, a replica that can't be written: asking
  /// again does not help, so the job ends with the reason. Whatever else fails is tried again.
  private List<Fact> refusing(
      Resource resource, ShadowSpec shadow, String job, Wanted wanted, Supplier<List<Fact>> work) {
    String reason;
    try {
      return work.get();
    } catch (UncheckedIOException | DamagedPointException e) {
      reason = String.valueOf(e.getMessage());
    } catch (ObjectStoreException e) {
      if (e.kind() != ObjectStoreException.Kind.PERMANENT) {
        throw e;
      }
      reason = "the object store refuses: " + e.getMessage();
    }
    return List.of(refuse(resource, shadow, job, wanted, reason));
  }

  /// Says how to go on with a job that a sweep found open: reads and commits nothing itself, leaves
  /// alone what is being worked on in this process, and hands out again only what is past its
  /// deadline.
  public List<Fact> resume(String job) {
    Optional<ShadowJob> planned = records.read(name(job, "parts"), ShadowJob.class);
    if (planned.isEmpty()) {
      openWork.closedIfStale(OpenWork.Kind.JOBS, job);
      return List.of();
    }
    if (result(job).isPresent()) {
      openWork.closed(OpenWork.Kind.JOBS, job);
      return List.of();
    }
    Optional<Fact> gone = gone(planned.get());
    if (gone.isPresent()) {
      return List.of(gone.get());
    }
    Resource resource = catalogue.resource(planned.get().resource()).orElseThrow();
    Wanted wanted = wanted(planned.get());
    List<Fact> facts = new ArrayList<>();
    Faults faults = new Faults();
    for (ShadowSpec shadow : shadows(resource, wanted)) {
      String one = wanted.job(shadow.cell());
      Supplier<List<Fact>> work = () -> missing(resource, shadow, one, wanted);
      faults.keep(() ->
          locks
              .tryLocked(one, () -> refusing(resource, shadow, one, wanted, work))
              .ifPresent(facts::addAll));
    }
    Instant now = records.time();
    facts.removeIf(fact -> !handedOut.isDue(fact.effect(), now));
    if (facts.isEmpty()) {
      faults.raise();
    }
    return facts; // what failed is looked after by the next sweep
  }

  private List<Fact> missing(Resource resource, ShadowSpec shadow, String job, Wanted wanted) {
    return switch (prepare(resource, shadow, job, wanted)) {
      case Prepared.Ended(Fact fact) -> List.of(fact);
      case Prepared.Planned(ShadowJob planned) -> {
        List<Fact> parts = missingParts(planned);
        // Whoever does a part that is done joins the job.
        yield parts.isEmpty() ? List.of(part(planned, 0)) : parts;
      }
    };
  }

  /// Ends a job whose resource or shadow was taken out of the catalogue.
  private Optional<Fact> gone(ShadowJob job) {
    Optional<Resource> resource = catalogue.resource(job.resource());
    if (resource.isPresent()
        && resource.get().shadows().stream().anyMatch(spec -> spec.cell().equals(job.cell()))) {
      return Optional.empty();
    }
    String reason =
        resource.isEmpty()
            ? "the resource " + job.resource() + " is not in the catalogue any more"
            : "%s has no shadow in %s any more".formatted(job.resource(), job.cell());
    resource.ifPresent(one -> pauses.settle(one, job.job(), job.source()));
    if (catalogue.cell(job.cell()).isPresent()) {
      discardPlaced(job, reason);
    }
    ShadowJob.Result result =
        end(job.job(), new ShadowJob.Result(Optional.empty(), Optional.of(reason)));
    openWork.closed(OpenWork.Kind.JOBS, job.job());
    if (resource.isPresent() && job.slot().isEmpty()) {
      answer(resource.get(), wanted(job));
    } else {
      answers.give(job.request(), Answer.refused("shadow", result.refused().orElse(reason)));
    }
    return Optional.of(failed(job.job(), job.cell(), wanted(job), result));
  }

  /// How far a job is before anything of its source is read.
  private sealed interface Prepared {
    record Ended(Fact fact) implements Prepared {}

    record Planned(ShadowJob job) implements Prepared {}
  }

  private List<Fact> start(Resource resource, ShadowSpec shadow, String job, Wanted wanted) {
    return switch (prepare(resource, shadow, job, wanted)) {
      case Prepared.Ended(Fact fact) -> List.of(fact);
      case Prepared.Planned(ShadowJob planned) -> begin(resource, planned);
    };
  }

  private Prepared prepare(Resource resource, ShadowSpec shadow, String job, Wanted wanted) {
    Optional<ShadowJob.Result> ended = result(job);
    if (ended.isPresent()) {
      return new Prepared.Ended(ended(resource, shadow, job, wanted, ended.get()));
    }
    Optional<ShadowJob> known = records.read(name(job, "parts"), ShadowJob.class);
    if (known.isPresent()) {
      return new Prepared.Planned(known.get());
    }
    Optional<String> obstacle = protection.obstacle(resource);
    if (obstacle.isPresent()) {
      return new Prepared.Ended(refuse(resource, shadow, job, wanted, obstacle.get()));
    }
    Route route = protection.route(resource);
    Optional<Place> source = fence.content(resource, route.primary());
    if (source.isEmpty()) {
      return new Prepared.Ended(
          refuse(
              resource, shadow, job, wanted, "the primary " + route.primary() + " is not there"));
    }
    Optional<String> unversioned = unversioned(resource, shadow);
    if (unversioned.isPresent()) {
      return new Prepared.Ended(refuse(resource, shadow, job, wanted, unversioned.get()));
    }
    openWork.opened(OpenWork.Kind.JOBS, job);
    List<Part> parts =
        stores
            .shadows(shadow.cell())
            .planCapture(
                capture(
                    resource, shadow.cell(), job, source.get(), wanted.kind(), wanted.updateId()));
    ShadowJob plan =
        new ShadowJob(
            job,
            wanted.batch(),
            wanted.request(),
            resource.name(),
            shadow.cell(),
            source.get(),
            route.epoch(),
            wanted.kind(),
            wanted.updateId(),
            wanted.slot(),
            parts,
            records.time());
    return new Prepared.Planned(records.create(name(job, "parts"), plan).record());
  }

  /// A journal that could never follow its bucket is said to be one before it begins on a point.
  private Optional<String> unversioned(Resource resource, ShadowSpec shadow) {
    if (shadow.type() == ShadowType.TRANSACTIONAL
        && resource.location() instanceof S3Prefix place) {
      try {
        stores
            .journals(shadow.cell())
            .prefix(resource.name(), place, shadow.journal().settle())
            .requireVersions();
      } catch (Refusal e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private List<Fact> begin(Resource resource, ShadowJob planned) {
    checkpoint.reached("planned");
    if (planned.parts().size() > 1) {
      List<Fact> parts = missingParts(planned);
      if (!parts.isEmpty()) {
        Instant now = records.time();
        parts.forEach(part -> handedOut.isDue(part.effect(), now));
        return parts;
      }
    }
    if (!readByCommit(resource, planned) && !joined(planned)) {
      capturePart(resource, planned, 0);
    }
    return commit(resource, planned);
  }

  /// What is read ahead of a pause is read again in it: that pays only for what takes many steps.
  private static boolean readByCommit(Resource resource, ShadowJob planned) {
    return planned.parts().size() == 1 && Pauses.wanted(resource.hooks());
  }

  private List<Fact> missingParts(ShadowJob job) {
    List<Fact> parts = new ArrayList<>();
    for (Part part : job.parts()) {
      if (!done(job, part.number())) {
        parts.add(part(job, part.number()));
      }
    }
    return parts;
  }

  private static Fact part(ShadowJob job, int number) {
    return new Fact.ShadowPartWanted(
        name(job.job(), "part/" + number), job.job(), job.resource(), job.cell(), number);
  }

  private void capturePart(Resource resource, ShadowJob job, int number) {
    if (done(job, number)) {
      return;
    }
    stores
        .shadows(job.cell())
        .capturePart(capture(resource, job), job.parts().get(number), Progress.NONE);
    records.create(name(job.job(), "done/" + number), new ShadowJob.PartDone(number));
    checkpoint.reached("captured");
  }

  private List<Fact> commit(Resource resource, ShadowJob job) {
    ShadowSpec shadow = shadow(resource, job);
    Wanted wanted = wanted(job);
    Optional<ShadowJob.Result> ended = result(job.job());
    if (ended.isPresent()) {
      return List.of(ended(resource, shadow, job.job(), wanted, ended.get()));
    }
    Optional<String> obstacle = moved(resource, job);
    if (obstacle.isPresent()) {
      return List.of(refuse(resource, shadow, job.job(), wanted, obstacle.get()));
    }
    Pauses.During during = paused(resource, job);
    return switch (during.outcome()) {
      case CaptureOutcome.Refused refused ->
          List.of(refuse(resource, shadow, job.job(), wanted, refused.reason()));
      case CaptureOutcome.Taken taken -> {
        Optional<String> after = moved(resource, job);
        if (after.isPresent()) {
          discard(new PointRef(job.cell(), taken.point().id()), after.get());
          yield List.of(refuse(resource, shadow, job.job(), wanted, after.get()));
        }
        checkpoint.reached("committed");
        yield List.of(kept(resource, shadow, job.job(), wanted, taken.point(), during.stuck()));
      }
    };
  }

  /// Makes the point while the application is paused. No application is paused for a store that is
  /// away.
  private Pauses.During paused(Resource resource, ShadowJob job) {
    ShadowStore store = stores.shadows(job.cell());
    if (Pauses.wanted(resource.hooks())) {
      Optional<Point> ignored = store.point(new PointId(resource.name(), 1));
    }
    return pauses.during(
        resource,
        job.job(),
        job.source(),
        () -> store.commit(capture(resource, job), job.parts(), Progress.NONE));
  }

  /// A run that was killed may have placed the job's point without seeing that its source moved.
  private void discardPlaced(ShadowJob job, String reason) {
    try {
      stores.shadows(job.cell()).points(job.resource()).stream()
          .filter(point -> point.job().equals(job.job()))
          .forEach(point -> discard(new PointRef(job.cell(), point.id()), reason));
    } catch (ObjectStoreException e) {
      if (e.kind() != ObjectStoreException.Kind.PERMANENT) {
        throw e; // a store that refuses for good gives no point to a rollback either
      }
    }
  }

  /// The newest point of a resource is not deleted; so that it is never chosen it is marked first.
  private void discard(PointRef ref, String reason) {
    records.create(
        ChoosePoint.tombstone(ref), new ChoosePoint.Tombstone(Optional.of(reason), records.time()));
    stores.expiry(ref.cell()).expire(List.of(ref.point()));
  }

  /// A capture counts only if the route stood still: a rollback may have changed the source
  /// half-way.
  private Optional<String> moved(Resource resource, ShadowJob job) {
    Route route = protection.route(resource);
    if (!route.epoch().equals(job.epoch()) || route.state() != RouteState.SERVING) {
      return Optional.of(
          "the route of %s moved from epoch %s to %s (%s) while it was captured"
              .formatted(resource.name(), job.epoch(), route.epoch(), route.state()));
    }
    return protection.obstacle(resource);
  }

  /// @param stuck why the application may still be paused
  private Fact kept(
      Resource resource,
      ShadowSpec shadow,
      String job,
      Wanted wanted,
      Point point,
      Optional<String> stuck) {
    PointRef ref = new PointRef(shadow.cell(), point.id());
    if (point.held() && wanted.kind() == PointKind.UPDATE) {
      return refuse(
          resource,
          shadow,
          job,
          wanted,
          "%s is held: %s shrank by more than half since the last point; `gnomon points accept %s` accepts it"
              .formatted(ref, resource.name(), ref.point()));
    }
    if (!point.held()) {
      replicaOfPoint.bring(resource, shadow, wanted.updateId(), ref, point);
    }
    ShadowJob.Result result = new ShadowJob.Result(Optional.of(ref), stuck);
    return ended(resource, shadow, job, wanted, end(job, result));
  }

  private Fact refuse(
      Resource resource, ShadowSpec shadow, String job, Wanted wanted, String reason) {
    Optional<ShadowJob> planned = records.read(name(job, "parts"), ShadowJob.class);
    planned.ifPresent(one -> moved(resource, one).ifPresent(moved -> discardPlaced(one, moved)));
    String whole =
        planned
            .flatMap(one -> pauses.settle(resource, job, one.source()))
            .filter(stuck -> !reason.contains(stuck))
            .map(stuck -> reason + "; " + stuck)
            .orElse(reason);
    ShadowJob.Result result = new ShadowJob.Result(Optional.empty(), Optional.of(whole));
    return ended(resource, shadow, job, wanted, end(job, result));
  }

  private ShadowJob.Result end(String job, ShadowJob.Result result) {
    return records.create(name(job, "result"), result).record();
  }

  private Fact ended(
      Resource resource, ShadowSpec shadow, String job, Wanted wanted, ShadowJob.Result result) {
    openWork.closed(OpenWork.Kind.JOBS, job);
    answer(resource, wanted);
    if (result.point().isPresent() && result.refused().isEmpty()) {
      PointRef ref = result.point().get();
      Optional<Point> point = stores.shadows(ref.cell()).point(ref.point());
      if (point.isPresent()) {
        return new Fact.ShadowCreated(name(job, "result"), ref.cell(), point.get());
      }
    }
    return failed(job, shadow.cell(), wanted, result);
  }

  private static Fact failed(String job, CellName cell, Wanted wanted, ShadowJob.Result result) {
    String reason =
        result
            .refused()
            .map(why -> why + result.point().map(ref -> " (" + ref + " was taken)").orElse(""))
            .orElse("the point was deleted meanwhile");
    return new Fact.ShadowFailed(
        name(job, "result"),
        wanted.resource(),
        Optional.of(cell),
        wanted.kind(),
        wanted.updateId(),
        reason);
  }

  /// Once every cell's job has ended, whoever asked gets an answer.
  private void answer(Resource resource, Wanted wanted) {
    List<PointRef> points = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (ShadowSpec shadow : shadows(resource, wanted)) {
      Optional<ShadowJob.Result> result = result(wanted.job(shadow.cell()));
      if (result.isEmpty()) {
        return;
      }
      result.get().point().ifPresent(points::add);
      result.get().refused().ifPresent(reason -> reasons.add(shadow.cell() + ": " + reason));
    }
    answers.give(
        wanted.request(),
        reasons.isEmpty()
            ? Answer.taken(points)
            : new Answer(
                Answers.Outcome.REFUSED,
                "shadow",
                Optional.empty(),
                points,
                Optional.of(String.join("; ", reasons))));
  }

  /// The results of a batch by cell, as far as its jobs have ended.
  public Optional<ShadowJob.Result> result(String job) {
    return records.read(name(job, "result"), ShadowJob.Result.class);
  }

  private static ShadowSpec shadow(Resource resource, ShadowJob job) {
    return resource.shadows().stream()
        .filter(spec -> spec.cell().equals(job.cell()))
        .findFirst()
        .orElseThrow(() -> new Refusal(resource.name() + " has no shadow in " + job.cell()));
  }

  private static Wanted wanted(ShadowJob job) {
    return new Wanted(job.resource(), job.kind(), job.updateId(), job.request(), job.slot());
  }

  private ShadowJob planned(String job) {
    return records
        .read(name(job, "parts"), ShadowJob.class)
        .orElseThrow(() -> new Refusal("unknown job '" + job + "'"));
  }

  private boolean joined(ShadowJob job) {
    return job.parts().stream().allMatch(part -> done(job, part.number()));
  }

  private boolean done(ShadowJob job, int part) {
    return records.exists(name(job.job(), "done/" + part));
  }

  private CaptureRequest capture(Resource resource, ShadowJob job) {
    return capture(resource, job.cell(), job.job(), job.source(), job.kind(), job.updateId());
  }

  private CaptureRequest capture(
      Resource resource,
      CellName cell,
      String job,
      Place source,
      PointKind kind,
      Optional<UpdateId> updateId) {
    return new CaptureRequest(
        job,
        resource.name(),
        source,
        kind,
        updateId,
        resource.dependsOn(),
        resource.onChange(),
        partBytes,
        Pauses.wanted(resource.hooks()),
        resource.compression(cell));
  }

  private static ObjectName name(String job, String what) {
    return ObjectName.of("jobs", job, what);
  }
}
