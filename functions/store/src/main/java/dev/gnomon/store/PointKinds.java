package dev.gnomon.store;

import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.store.points.StoredPoint;

/// What a point is a point of.
final class PointKinds {
  private PointKinds() {}

  static String words(StoredPoint point) {
    return point.ofPrefix() ? "a prefix of a bucket" : "a directory";
  }

  /// The place, if it is of the kind of the point.
  ///
  /// @throws IllegalArgumentException if it is of another
  static Place place(StoredPoint point, Place place) {
    boolean fits =
        switch (place) {
          case Place.Directory directory -> !point.ofPrefix();
          case S3Prefix prefix -> point.ofPrefix();
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s is a point of %s, '%s' is something else"
              .formatted(point.point().id(), words(point), place));
    }
    return place;
  }
}
