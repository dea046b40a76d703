package dev.gnomon.store;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixRestores;
import dev.gnomon.store.restore.DirectoryRestorer;

/// Brings points back by the kind of their place.
final class RestoresByPlace implements Restorer {
  private final StoreParts store;
  private final DirectoryRestorer directories;
  private final PrefixRestores prefixes;

  RestoresByPlace(StoreParts store, DirectoryRestorer directories, PrefixRestores prefixes) {
    this.store = store;
    this.directories = directories;
    this.prefixes = prefixes;
  }

  @Override
  public RestorePlan plan(RestoreRequest request, Progress progress) {
    StoredPoint point = point(request);
    return switch (request.target()) {
      case Place.Directory directory -> directories.plan(request, progress);
      case S3Prefix prefix -> prefixes.plan(point, prefix, request, progress);
    };
  }

  @Override
  public RestoreReport restorePart(RestoreRequest request, Part part, Progress progress) {
    StoredPoint point = point(request);
    return switch (request.target()) {
      case Place.Directory directory -> directories.restorePart(request, part, progress);
      case S3Prefix prefix -> prefixes.part(point, prefix, part, progress);
    };
  }

  @Override
  public RestoreReport finish(RestoreRequest request) {
    return switch (request.target()) {
      case Place.Directory directory -> directories.finish(request);
      case S3Prefix prefix -> RestoreReport.NOTHING; // an object is whole when it is written
    };
  }

  @Override
  public void verify(PointId id, Progress progress) {
    store.format().checkReadable();
    StoredPoint point = store.required(id);
    if (point.ofPrefix()) {
      prefixes.verify(point, progress);
    } else {
      directories.verify(id, progress);
    }
  }

  private StoredPoint point(RestoreRequest request) {
    store.format().checkReadable();
    StoredPoint point = store.required(request.point());
    PointKinds.place(point, request.target());
    return point;
  }
}
