package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Rollback points of one cell: taken, listed, compared. Thread-safe; every call may be repeated.
/// Faults are ObjectStoreExceptions, [DamagedPointException]s and IO faults of the source
/// (UncheckedIOException with the path in its message).
public interface ShadowStore {

  /// Splits the source into parts by reading names and sizes only. One part if it is small enough.
  ///
  /// @return at least one part; together they cover every path. One empty part for a source that is
  ///   not there (commit says so)
  List<Part> planCapture(CaptureRequest request);

  /// Stores the content of one part. Its effect is an object of this store that a later commit
  /// finds by job and part number; done again, it costs time and nothing else.
  void capturePart(CaptureRequest request, Part part, Progress progress);

  /// Joins the parts: reads names again, reads anew what changed meanwhile, writes the manifest and
  /// then the point. The same job gives the same point. A source that is missing, became empty or
  /// never holds still is `Refused`; a file that can't be read fails the capture naming it, except
  /// for an undo point, which names it as not kept (a restore then moves it aside).
  CaptureOutcome commit(CaptureRequest request, List<Part> parts, Progress progress);

  /// All points of a resource, newest first.
  List<Point> points(ResourceName resource);

  Optional<Point> point(PointId id);

  /// How a place differs from a point, comparing content; for validation after a restore.
  Comparison compare(PointId point, Place place, Progress progress);

  default Comparison compare(PointId point, Path directory, Progress progress) {
    return compare(point, Place.of(directory), progress);
  }

  /// How the second point differs from the first, of the same resource or another one; walks only
  /// subtrees that differ.
  PointDiff diff(PointId first, PointId second);
}
