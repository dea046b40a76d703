package dev.gnomon.core.shadow;

import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Takes the shadows of one resource: a point in each of its shadow cells and, for a FULL shadow,
/// the replica brought up to that point. A job a cell; big ones are split into parts.
///
/// Every step finds its own earlier effect: `jobs/<job>/parts`, `jobs/<job>/done/<part>`, the point
/// of the job, `jobs/<job>/result`.
public final class TakeShadow {
  private final Catalogue catalogue;
  private final ControlRecords records;
  private final OpenWork openWork;
  private final CellStores stores;
  private final Protection protection;
  private final Replicas replicas;
  private final Fence fence;
  private final Check check;
  private final Answers answers;
  private final Checkpoint checkpoint;
  private final long partBytes;
  private final KeyedLocks locks = new KeyedLocks();

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
    this.replicas = replicas;
    this.fence = fence;
    this.check = check;
    this.answers = new Answers(records);
    this.checkpoint = checkpoint;
    this.partBytes = partBytes;
  }

  /// A request for shadows of one resource.
  ///
  /// @param request id of the event that asked
  public record Wanted(
      ResourceName resource, PointKind kind, Optional<UpdateId> updateId, String request) {
    /// Name of the batch of jobs: by the update if there is one, so that two events for one update
    /// find the same points.
    String batch() {
      return kind.name().toLowerCase(java.util.Locale.ROOT)
          + "-"
          + updateId.map(UpdateId::value).orElseGet(() -> Answers.key(request))
          + "-"
          + resource;
    }
  }

  /// Takes, or goes on taking, every shadow of the resource.
  ///
  /// @throws IllegalArgumentException if the catalogue has no such resource
  public List<Fact> take(Wanted wanted) {
    Resource resource =
        catalogue
            .resource(wanted.resource())
            .orElseThrow(() -> new Refusal("unknown resource '" + wanted.resource() + "'"));
    List<Fact> facts = new ArrayList<>();
    for (ShadowSpec shadow : resource.shadows()) {
      String job = wanted.batch() + "-" + shadow.cell();
      facts.addAll(
          locks.locked(
              job,
              () ->
                  refusing(
                      resource, shadow, job, wanted, () -> start(resource, shadow, job, wanted))));
    }
    return facts;
  }

  /// Does one part of a job, and joins the job if it was the last.
  public List<Fact> part(String job, int part) {
    ShadowJob planned = planned(job);
    Resource resource =
        catalogue
            .resource(planned.resource())
            .orElseThrow(() -> new Refusal("unknown resource '" + planned.resource() + "'"));
    if (result(job).isPresent()) {
      return List.of();
    }
    if (part < 0 || part >= planned.parts().size()) {
      throw new Refusal(
          "job %s has parts 0..%d, not %d".formatted(job, planned.parts().size() - 1, part));
    }
    return refusing(
        resource,
        shadow(resource, planned),
        job,
        wanted(planned),
        () -> {
          capturePart(resource, planned, part);
          return joined(planned) ? locks.locked(job, () -> commit(resource, planned)) : List.of();
        });
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
    Path source =
        records
            .read(name(job, "parts"), ShadowJob.class)
            .map(ShadowJob::source)
            .orElse(resource.location());
    check.hook(resource.hooks().post(), resource.hooks(), source);
    return List.of(refuse(resource, shadow, job, wanted, reason));
  }

  /// Goes on with a job that a sweep found open.
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
    return take(wanted(planned.get()));
  }

  private List<Fact> start(Resource resource, ShadowSpec shadow, String job, Wanted wanted) {
    Optional<ShadowJob.Result> ended = result(job);
    if (ended.isPresent()) {
      return List.of(ended(resource, shadow, job, wanted, ended.get()));
    }
    Optional<ShadowJob> known = records.read(name(job, "parts"), ShadowJob.class);
    ShadowJob planned;
    if (known.isPresent()) {
      planned = known.get();
    } else {
      Optional<String> obstacle = protection.obstacle(resource);
      if (obstacle.isPresent()) {
        return List.of(refuse(resource, shadow, job, wanted, obstacle.get()));
      }
      Route route = protection.route(resource);
      Optional<Path> source = fence.content(resource, route.primary());
      if (source.isEmpty()) {
        return List.of(
            refuse(
                resource, shadow, job, wanted, "the primary " + route.primary() + " is not there"));
      }
      Optional<String> failed = check.hook(resource.hooks().pre(), resource.hooks(), source.get());
      if (failed.isPresent()) {
        check.hook(resource.hooks().post(), resource.hooks(), source.get());
        return List.of(refuse(resource, shadow, job, wanted, "hook pre failed: " + failed.get()));
      }
      openWork.opened(OpenWork.Kind.JOBS, job);
      List<Part> parts =
          stores
              .shadows(shadow.cell())
              .planCapture(capture(resource, job, source.get(), wanted.kind(), wanted.updateId()));
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
              parts,
              records.time());
      planned = records.create(name(job, "parts"), plan).record();
    }
    checkpoint.reached("planned");
    if (planned.parts().size() > 1 && !joined(planned)) {
      List<Fact> parts = new ArrayList<>();
      for (Part part : planned.parts()) {
        if (!done(planned, part.number())) {
          parts.add(
              new Fact.ShadowPartWanted(
                  name(job, "part/" + part.number()),
                  job,
                  resource.name(),
                  shadow.cell(),
                  part.number()));
        }
      }
      return parts;
    }
    if (!joined(planned)) {
      capturePart(resource, planned, 0);
    }
    return commit(resource, planned);
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
    CaptureOutcome outcome =
        obstacle.isPresent()
            ? new CaptureOutcome.Refused(obstacle.get())
            : stores.shadows(job.cell()).commit(capture(resource, job), job.parts(), Progress.NONE);
    Optional<String> after = moved(resource, job);
    check.hook(resource.hooks().post(), resource.hooks(), job.source());
    return switch (outcome) {
      case CaptureOutcome.Refused refused ->
          List.of(refuse(resource, shadow, job.job(), wanted, refused.reason()));
      case CaptureOutcome.Taken taken when after.isPresent() -> {
        // The newest point of a resource is not deleted, so that it is never chosen it is marked
        // first.
        PointRef ref = new PointRef(job.cell(), taken.point().id());
        records.create(
            ChoosePoint.tombstone(ref), new ChoosePoint.Tombstone(after, records.time()));
        stores.expiry(job.cell()).expire(List.of(taken.point().id()));
        yield List.of(refuse(resource, shadow, job.job(), wanted, after.get()));
      }
      case CaptureOutcome.Taken taken -> {
        checkpoint.reached("committed");
        yield List.of(kept(resource, shadow, job.job(), wanted, taken.point()));
      }
    };
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

  private Fact kept(Resource resource, ShadowSpec shadow, String job, Wanted wanted, Point point) {
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
    if (shadow.type() == dev.gnomon.core.catalogue.ShadowType.FULL
        && !point.held()
        && protection.mayAdvanceReplica(resource, wanted.updateId())) {
      replicas
          .of(resource, shadow)
          .ifPresent(replica -> {
            if (replicas.sync(resource, replica, ref, point) == Replicas.Synced.BUSY) {
              throw new Unavailable(
                  "another process brings the replica of " + resource.name() + " up to date");
            }
          });
    }
    ShadowJob.Result result = new ShadowJob.Result(Optional.of(ref), Optional.empty());
    return ended(resource, shadow, job, wanted, end(job, result));
  }

  private Fact refuse(
      Resource resource, ShadowSpec shadow, String job, Wanted wanted, String reason) {
    ShadowJob.Result result = new ShadowJob.Result(Optional.empty(), Optional.of(reason));
    return ended(resource, shadow, job, wanted, end(job, result));
  }

  private ShadowJob.Result end(String job, ShadowJob.Result result) {
    return records.create(name(job, "result"), result).record();
  }

  private Fact ended(
      Resource resource, ShadowSpec shadow, String job, Wanted wanted, ShadowJob.Result result) {
    openWork.closed(OpenWork.Kind.JOBS, job);
    answer(resource, wanted);
    if (result.point().isPresent()) {
      PointRef ref = result.point().get();
      Optional<Point> point = stores.shadows(ref.cell()).point(ref.point());
      if (point.isPresent()) {
        return new Fact.ShadowCreated(name(job, "result"), ref.cell(), point.get());
      }
    }
    return new Fact.ShadowFailed(
        name(job, "result"),
        resource.name(),
        Optional.of(shadow.cell()),
        wanted.kind(),
        wanted.updateId(),
        result.refused().orElse("the point was deleted meanwhile"));
  }

  /// Once every cell's job has ended, whoever asked gets an answer.
  private void answer(Resource resource, Wanted wanted) {
    List<PointRef> points = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (ShadowSpec shadow : resource.shadows()) {
      Optional<ShadowJob.Result> result = result(wanted.batch() + "-" + shadow.cell());
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

  /// Name of the job that takes the shadow of a resource in one cell for an update.
  public static String updateJob(UpdateId updateId, ResourceName resource, ShadowSpec shadow) {
    return new Wanted(resource, PointKind.UPDATE, Optional.of(updateId), "").batch()
        + "-"
        + shadow.cell();
  }

  private static ShadowSpec shadow(Resource resource, ShadowJob job) {
    return resource.shadows().stream()
        .filter(spec -> spec.cell().equals(job.cell()))
        .findFirst()
        .orElseThrow(() -> new Refusal(resource.name() + " has no shadow in " + job.cell()));
  }

  private static Wanted wanted(ShadowJob job) {
    return new Wanted(job.resource(), job.kind(), job.updateId(), job.request());
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
    return capture(resource, job.job(), job.source(), job.kind(), job.updateId());
  }

  private CaptureRequest capture(
      Resource resource, String job, Path source, PointKind kind, Optional<UpdateId> updateId) {
    return new CaptureRequest(
        job,
        resource.name(),
        source,
        kind,
        updateId,
        resource.dependsOn(),
        resource.onChange(),
        partBytes);
  }

  private static ObjectName name(String job, String what) {
    return ObjectName.of("jobs", job, what);
  }
}
