package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.RestoreRequest.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Shadows and restores with nothing but a store: no stack, no Redis.
final class StoreWork {
  private final Console console;
  private final StoreUrl.Opened store;
  private final Trust trust;

  StoreWork(Console console, StoreUrl.Opened store) {
    this(console, store, Trust.NOTHING);
  }

  /// @param trust which files restores count as equal without reading them
  StoreWork(Console console, StoreUrl.Opened store, Trust trust) {
    this.console = console;
    this.store = store;
    this.trust = trust;
  }

  Point shadow(ResourceName resource, Place source, Compression compression) {
    if (source instanceof Place.Directory(Path directory) && !Files.isDirectory(directory)) {
      throw Failure.failed("'%s' is not a directory".formatted(directory));
    }
    CaptureRequest request =
        new CaptureRequest(
                "command-" + UUID.randomUUID(),
                resource,
                source,
                PointKind.COMMAND,
                Optional.empty(),
                List.of(),
                OnChange.RETRY,
                CaptureRequest.DEFAULT_PART_BYTES)
            .compressedBy(compression);
    // No parts: nobody shares the work, and one walk less is made over the source.
    ProgressLine progress = new ProgressLine(console, "reading", 0);
    CaptureOutcome outcome = store.shadows().commit(request, List.of(), progress);
    progress.done();
    return switch (outcome) {
      case CaptureOutcome.Taken taken -> taken.point();
      case CaptureOutcome.Refused refused -> throw Failure.failed(refused.reason());
    };
  }

  RestorePlan plan(PointId id, Place target) {
    store.requireApart(target);
    if (store.shadows().point(id).isEmpty()) {
      List<Point> others = store.shadows().points(id.resource());
      throw Failure.failed(
          "there is no point %s in the store; it has %s"
              .formatted(
                  id,
                  others.isEmpty()
                      ? "none of " + id.resource()
                      : others.getLast().id() + " to " + others.getFirst().id()));
    }
    ProgressLine progress = new ProgressLine(console, "comparing", 0);
    RestorePlan plan = store.restorer().plan(request(id, target), progress);
    progress.done();
    return plan;
  }

  RestoreReport restore(PointId id, Place target, RestorePlan plan, boolean allowDeletes) {
    if (!allowDeletes && plan.deletePercent() > Limits.DEFAULT.maxDeletePercent()) {
      throw Failure.failed(
          "it would delete %d of the %d files in '%s', more than %d %%: look with --dry-run, then --allow-deletes"
              .formatted(
                  plan.filesToDelete(),
                  plan.filesPresent(),
                  target,
                  Limits.DEFAULT.maxDeletePercent()));
    }
    ProgressLine progress = new ProgressLine(console, "writing", plan.bytesToWrite());
    RestoreReport report = RestoreReport.NOTHING;
    for (Part part : plan.parts()) {
      report = report.plus(store.restorer().restorePart(request(id, target), part, progress));
    }
    report = report.plus(store.restorer().finish(request(id, target)));
    progress.done();
    return report;
  }

  private RestoreRequest request(PointId id, Place target) {
    return new RestoreRequest(
        id, target, CaptureRequest.DEFAULT_PART_BYTES, RestoreRequest.Making.PARENTS, trust, true);
  }
}
