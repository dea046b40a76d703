package dev.gnomon.core.shadow;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.TakeShadow.Wanted;
import java.util.List;
import java.util.Optional;

/// Plans shadow jobs: which source, at which epoch, in which parts. The first plan of a job holds.
final class PlanShadow {
  private final ControlRecords records;
  private final JobRecords jobs;
  private final EndShadow ends;
  private final OpenWork openWork;
  private final CellStores stores;
  private final Protection protection;
  private final Fence fence;
  private final long partBytes;

  PlanShadow(
      ControlRecords records,
      EndShadow ends,
      OpenWork openWork,
      CellStores stores,
      Protection protection,
      Fence fence,
      long partBytes) {
    this.records = records;
    this.jobs = new JobRecords(records);
    this.ends = ends;
    this.openWork = openWork;
    this.stores = stores;
    this.protection = protection;
    this.fence = fence;
    this.partBytes = partBytes;
  }

  /// How far a job is before anything of its source is read.
  sealed interface Prepared {
    record Ended(Fact fact) implements Prepared {}

    record Planned(ShadowJob job) implements Prepared {}
  }

  Prepared prepare(Resource resource, ShadowSpec shadow, String job, Wanted wanted) {
    Optional<ShadowJob.Result> ended = jobs.result(job);
    if (ended.isPresent()) {
      return new Prepared.Ended(ends.ended(resource, shadow, job, wanted, ended.get()));
    }
    Optional<ShadowJob> known = jobs.planned(job);
    if (known.isPresent()) {
      return new Prepared.Planned(known.get());
    }
    Optional<String> obstacle = protection.obstacle(resource);
    if (obstacle.isPresent()) {
      return new Prepared.Ended(ends.refuse(resource, shadow, job, wanted, obstacle.get()));
    }
    Route route = protection.route(resource);
    Optional<Place> source = fence.content(resource, route.primary());
    if (source.isEmpty()) {
      return new Prepared.Ended(
          ends.refuse(
              resource, shadow, job, wanted, "the primary " + route.primary() + " is not there"));
    }
    Optional<String> unversioned = unversioned(resource, shadow);
    if (unversioned.isPresent()) {
      return new Prepared.Ended(ends.refuse(resource, shadow, job, wanted, unversioned.get()));
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
    return new Prepared.Planned(jobs.plan(plan));
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

  /// What a store is asked for.
  CaptureRequest capture(Resource resource, ShadowJob job) {
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
}
