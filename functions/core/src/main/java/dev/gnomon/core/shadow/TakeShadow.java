package dev.gnomon.core.shadow;

import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
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
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.replica.Replicas;
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
  private final JobRecords jobs;
  private final EndShadow ends;
  private final PlanShadow plan;
  private final OpenWork openWork;
  private final CellStores stores;
  private final Pauses pauses;
  private final Checkpoint checkpoint;
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
    this.pauses = new Pauses(records, check, checkpoint);
    this.jobs = new JobRecords(records);
    this.ends =
        new EndShadow(
            catalogue,
            records,
            openWork,
            stores,
            protection,
            new ReplicaOfPoint(protection, replicas),
            pauses);
    this.plan = new PlanShadow(records, ends, openWork, stores, protection, fence, partBytes);
    this.checkpoint = checkpoint;
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

  static List<ShadowSpec> shadows(Resource resource, Wanted wanted) {
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
    ShadowJob planned = jobs.required(job);
    if (jobs.result(job).isPresent()) {
      return List.of();
    }
    Optional<Fact> gone = ends.gone(planned);
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
    boolean known = jobs.done(planned, part);
    if (readByCommit(resource, planned)) {
      known = true;
    } else {
      capturePart(resource, planned, part);
      if (!jobs.joined(planned)) {
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
    return List.of(ends.refuse(resource, shadow, job, wanted, reason));
  }

  /// Says how to go on with a job that a sweep found open: reads and commits nothing itself, leaves
  /// alone what is being worked on in this process, and hands out again only what is past its
  /// deadline.
  public List<Fact> resume(String job) {
    Optional<ShadowJob> planned = jobs.planned(job);
    if (planned.isEmpty()) {
      openWork.closedIfStale(OpenWork.Kind.JOBS, job);
      return List.of();
    }
    if (jobs.result(job).isPresent()) {
      openWork.closed(OpenWork.Kind.JOBS, job);
      return List.of();
    }
    Optional<Fact> gone = ends.gone(planned.get());
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
    return switch (plan.prepare(resource, shadow, job, wanted)) {
      case PlanShadow.Prepared.Ended(Fact fact) -> List.of(fact);
      case PlanShadow.Prepared.Planned(ShadowJob planned) -> {
        List<Fact> parts = missingParts(planned);
        // Whoever does a part that is done joins the job.
        yield parts.isEmpty() ? List.of(part(planned, 0)) : parts;
      }
    };
  }

  private List<Fact> start(Resource resource, ShadowSpec shadow, String job, Wanted wanted) {
    return switch (plan.prepare(resource, shadow, job, wanted)) {
      case PlanShadow.Prepared.Ended(Fact fact) -> List.of(fact);
      case PlanShadow.Prepared.Planned(ShadowJob planned) -> begin(resource, planned);
    };
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
    if (!readByCommit(resource, planned) && !jobs.joined(planned)) {
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
      if (!jobs.done(job, part.number())) {
        parts.add(part(job, part.number()));
      }
    }
    return parts;
  }

  private static Fact part(ShadowJob job, int number) {
    return new Fact.ShadowPartWanted(
        JobRecords.name(job.job(), "part/" + number),
        job.job(),
        job.resource(),
        job.cell(),
        number);
  }

  private void capturePart(Resource resource, ShadowJob job, int number) {
    if (jobs.done(job, number)) {
      return;
    }
    stores
        .shadows(job.cell())
        .capturePart(plan.capture(resource, job), job.parts().get(number), Progress.NONE);
    jobs.partDone(job, number);
    checkpoint.reached("captured");
  }

  private List<Fact> commit(Resource resource, ShadowJob job) {
    ShadowSpec shadow = shadow(resource, job);
    Wanted wanted = wanted(job);
    Optional<ShadowJob.Result> ended = jobs.result(job.job());
    if (ended.isPresent()) {
      return List.of(ends.ended(resource, shadow, job.job(), wanted, ended.get()));
    }
    Optional<String> obstacle = ends.moved(resource, job);
    if (obstacle.isPresent()) {
      return List.of(ends.refuse(resource, shadow, job.job(), wanted, obstacle.get()));
    }
    Pauses.During during = paused(resource, job);
    return switch (during.outcome()) {
      case CaptureOutcome.Refused refused ->
          List.of(ends.refuse(resource, shadow, job.job(), wanted, refused.reason()));
      case CaptureOutcome.Taken taken -> {
        Optional<String> after = ends.moved(resource, job);
        if (after.isPresent()) {
          ends.discard(new PointRef(job.cell(), taken.point().id()), after.get());
          yield List.of(ends.refuse(resource, shadow, job.job(), wanted, after.get()));
        }
        checkpoint.reached("committed");
        yield List.of(
            ends.kept(resource, shadow, job.job(), wanted, taken.point(), during.stuck()));
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
        () -> store.commit(plan.capture(resource, job), job.parts(), Progress.NONE));
  }

  private static ShadowSpec shadow(Resource resource, ShadowJob job) {
    return resource.shadows().stream()
        .filter(spec -> spec.cell().equals(job.cell()))
        .findFirst()
        .orElseThrow(() -> new Refusal(resource.name() + " has no shadow in " + job.cell()));
  }

  static Wanted wanted(ShadowJob job) {
    return new Wanted(job.resource(), job.kind(), job.updateId(), job.request(), job.slot());
  }

  /// How a job ended; empty as long as it has not.
  public Optional<ShadowJob.Result> result(String job) {
    return jobs.result(job);
  }
}
