package dev.gnomon.store;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.store.capture.DirectoryCaptures;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixCaptures;
import dev.gnomon.store.prefix.PrefixRestores;
import java.util.List;
import java.util.Optional;

/// Takes and compares points by the kind of their place.
final class CapturesByPlace implements ShadowStore {
  private final StoreParts store;
  private final DirectoryCaptures directories;
  private final PrefixCaptures prefixes;
  private final PrefixRestores prefixRestores;

  CapturesByPlace(
      StoreParts store,
      DirectoryCaptures directories,
      PrefixCaptures prefixes,
      PrefixRestores prefixRestores) {
    this.store = store;
    this.directories = directories;
    this.prefixes = prefixes;
    this.prefixRestores = prefixRestores;
  }

  @Override
  public List<Part> planCapture(CaptureRequest request) {
    return switch (request.source()) {
      case Place.Directory directory -> directories.planCapture(request);
      case S3Prefix prefix -> {
        store.format().checkReadable();
        yield prefixes.plan(request, prefix);
      }
    };
  }

  @Override
  public void capturePart(CaptureRequest request, Part part, Progress progress) {
    switch (request.source()) {
      case Place.Directory directory -> directories.capturePart(request, part, progress);
      case S3Prefix prefix -> {
        store.format().ensureWritable();
        prefixes.part(request, prefix, part, progress);
      }
    }
  }

  @Override
  public CaptureOutcome commit(CaptureRequest request, List<Part> parts, Progress progress) {
    return switch (request.source()) {
      case Place.Directory directory -> directories.commit(request, parts, progress);
      case S3Prefix prefix -> {
        store.format().ensureWritable();
        yield prefixes.commit(request, prefix, parts, progress);
      }
    };
  }

  @Override
  public List<Point> points(ResourceName resource) {
    return directories.points(resource);
  }

  @Override
  public Optional<Point> point(PointId id) {
    return directories.point(id);
  }

  @Override
  public Comparison compare(PointId id, Place place, Progress progress) {
    store.format().checkReadable();
    StoredPoint point = store.required(id);
    return switch (PointKinds.place(point, place)) {
      case Place.Directory directory -> directories.compare(id, place, progress);
      case S3Prefix prefix -> prefixRestores.compare(point, prefix, progress);
    };
  }

  @Override
  public PointDiff diff(PointId first, PointId second) {
    store.format().checkReadable();
    StoredPoint before = store.required(first);
    StoredPoint after = store.required(second);
    boolean prefix = before.ofPrefix();
    if (prefix != after.ofPrefix()) {
      throw new IllegalArgumentException(
          "%s is of %s and %s of %s: they can't be compared"
              .formatted(first, PointKinds.words(before), second, PointKinds.words(after)));
    }
    return prefix ? prefixRestores.diff(before, after) : directories.diff(first, second);
  }
}
