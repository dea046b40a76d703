package dev.gnomon.store;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Whole captures and restores as functions do them.
record StoreFixture(ShadowStores store) {
  static final ResourceName SITE = new ResourceName("site");

  static StoreFixture on(ObjectStore objects) {
    return new StoreFixture(ShadowStores.open(objects));
  }

  static StoreFixture on(ObjectStore objects, StoreSettings settings) {
    return new StoreFixture(ShadowStores.open(objects, settings));
  }

  static CaptureRequest request(Path source) {
    return request(source, UUID.randomUUID().toString(), PointKind.COMMAND, OnChange.RETRY);
  }

  static CaptureRequest request(Path source, String job) {
    return request(source, job, PointKind.COMMAND, OnChange.RETRY);
  }

  static CaptureRequest request(Path source, String job, PointKind kind, OnChange onChange) {
    return new CaptureRequest(
        job,
        SITE,
        source,
        kind,
        Optional.empty(),
        List.of(),
        onChange,
        CaptureRequest.DEFAULT_PART_BYTES);
  }

  Point capture(Path source) {
    return taken(outcome(request(source)));
  }

  Point capture(CaptureRequest request) {
    return taken(outcome(request));
  }

  CaptureOutcome outcome(CaptureRequest request) {
    List<Part> parts = store.shadows().planCapture(request);
    parts.forEach(part -> store.shadows().capturePart(request, part, Progress.NONE));
    return store.shadows().commit(request, parts, Progress.NONE);
  }

  static Point taken(CaptureOutcome outcome) {
    return switch (outcome) {
      case CaptureOutcome.Taken taken -> taken.point();
      case CaptureOutcome.Refused refused -> throw new AssertionError(refused.reason());
    };
  }

  RestorePlan plan(PointId point, Path target) {
    return store
        .restorer()
        .plan(new RestoreRequest(point, target, CaptureRequest.DEFAULT_PART_BYTES), Progress.NONE);
  }

  RestoreReport restore(PointId point, Path target) {
    return restore(new RestoreRequest(point, target, CaptureRequest.DEFAULT_PART_BYTES));
  }

  RestoreReport restore(RestoreRequest request) {
    RestorePlan plan = store.restorer().plan(request, Progress.NONE);
    RestoreReport report = RestoreReport.NOTHING;
    for (Part part : plan.parts()) {
      report = report.plus(store.restorer().restorePart(request, part, Progress.NONE));
    }
    return report.plus(store.restorer().finish(request));
  }
}
