package dev.gnomon.core.shadow;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.TakeShadow.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a shadow job ends: with a point that counts, or with the reason why there is none. What the
/// job placed although it does not count is taken back, and whoever asked gets an answer.
final class EndShadow {
  private final Catalogue catalogue;
  private final ControlRecords records;
  private final JobRecords jobs;
  private final OpenWork openWork;
  private final CellStores stores;
  private final Protection protection;
  private final ReplicaOfPoint replicaOfPoint;
  private final Pauses pauses;
  private final Answers answers;

  EndShadow(
      Catalogue catalogue,
      ControlRecords records,
      OpenWork openWork,
      CellStores stores,
      Protection protection,
      ReplicaOfPoint replicaOfPoint,
      Pauses pauses) {
    this.catalogue = catalogue;
    this.records = records;
    this.jobs = new JobRecords(records);
    this.openWork = openWork;
    this.stores = stores;
    this.protection = protection;
    this.replicaOfPoint = replicaOfPoint;
    this.pauses = pauses;
    this.answers = new Answers(records);
  }

  /// @param stuck why the application may still be paused
  Fact kept(
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
    return ended(resource, shadow, job, wanted, jobs.end(job, result));
  }

  Fact refuse(Resource resource, ShadowSpec shadow, String job, Wanted wanted, String reason) {
    Optional<ShadowJob> planned = jobs.planned(job);
    planned.ifPresent(one -> moved(resource, one).ifPresent(moved -> discardPlaced(one, moved)));
    String whole =
        planned
            .flatMap(one -> pauses.settle(resource, job, one.source()))
            .filter(stuck -> !reason.contains(stuck))
            .map(stuck -> reason + "; " + stuck)
            .orElse(reason);
    ShadowJob.Result result = new ShadowJob.Result(Optional.empty(), Optional.of(whole));
    return ended(resource, shadow, job, wanted, jobs.end(job, result));
  }

  /// Ends a job whose resource or shadow was taken out of the catalogue.
  Optional<Fact> gone(ShadowJob job) {
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
        jobs.end(job.job(), new ShadowJob.Result(Optional.empty(), Optional.of(reason)));
    openWork.closed(OpenWork.Kind.JOBS, job.job());
    if (resource.isPresent() && job.slot().isEmpty()) {
      answer(resource.get(), TakeShadow.wanted(job));
    } else {
      answers.give(job.request(), Answer.refused("shadow", result.refused().orElse(reason)));
    }
    return Optional.of(failed(job.job(), job.cell(), TakeShadow.wanted(job), result));
  }

  /// A capture counts only if the route stood still: a rollback may have changed the source
  /// half-way.
  Optional<String> moved(Resource resource, ShadowJob job) {
    Route route = protection.route(resource);
    if (!route.epoch().equals(job.epoch()) || route.state() != RouteState.SERVING) {
      return Optional.of(
          "the route of %s moved from epoch %s to %s (%s) while it was captured"
              .formatted(resource.name(), job.epoch(), route.epoch(), route.state()));
    }
    return protection.obstacle(resource);
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
  void discard(PointRef ref, String reason) {
    records.create(
        ChoosePoint.tombstone(ref), new ChoosePoint.Tombstone(Optional.of(reason), records.time()));
    stores.expiry(ref.cell()).expire(List.of(ref.point()));
  }

  Fact ended(
      Resource resource, ShadowSpec shadow, String job, Wanted wanted, ShadowJob.Result result) {
    openWork.closed(OpenWork.Kind.JOBS, job);
    answer(resource, wanted);
    if (result.point().isPresent() && result.refused().isEmpty()) {
      PointRef ref = result.point().get();
      Optional<Point> point = stores.shadows(ref.cell()).point(ref.point());
      if (point.isPresent()) {
        return new Fact.ShadowCreated(
            JobRecords.name(job, "result"),
            ref.cell(),
            point.get(),
            replicaOfPoint.served(resource, shadow, ref));
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
        JobRecords.name(job, "result"),
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
    for (ShadowSpec shadow : TakeShadow.shadows(resource, wanted)) {
      Optional<ShadowJob.Result> result = jobs.result(wanted.job(shadow.cell()));
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
}
