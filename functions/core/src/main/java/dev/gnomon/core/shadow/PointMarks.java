package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import java.util.Map;
import java.util.Optional;

/// Tags and holds of the points of one cell. Thread-safe; every call may be repeated and then
/// changes nothing. Commands throw a [Refusal] if the point is not there or is being deleted: a
/// hold that was placed is one that expiry honours.
public interface PointMarks {

  /// Marks of the points of a resource that have any; also of points that are gone since.
  Map<PointId, Marks> of(ResourceName resource);

  Marks of(PointId point);

  Marks tag(PointId point, String tag);

  Marks untag(PointId point, String tag);

  /// Keeps a point until the hold is released. A point may have several, each with its reason.
  Marks hold(PointId point, String reason);

  /// @param reason of the hold that ends; without it the only one
  Marks release(PointId point, Optional<String> reason);
}
