package dev.gnomon.store.prefix;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.store.blobs.BlobFault;
import java.util.Optional;
import java.util.function.Predicate;

/// Walks the objects of a point and those of a bucket side by side, in the order of keys.
final class Merge {
  private Merge() {}

  /// Told of what the walk meets.
  interface Visitor {
    void missing(ObjectEntry entry);

    void both(ObjectEntry entry, Listed listed);

    void extra(Listed listed);
  }

  /// @param before raw, where the point's part ends; empty for all
  /// @param leftAlone keys of the bucket that no point can hold
  static void walk(
      PointId point,
      ManifestCursor objects,
      String from,
      String before,
      Listing listing,
      Predicate<Listed> leftAlone,
      Visitor visitor) {
    Optional<ObjectEntry> entry = seek(point, objects, from, before);
    while (entry.isPresent() || listing.peek().isPresent()) {
      Optional<Listed> listed = listing.peek();
      int order =
          entry.isEmpty()
              ? 1
              : listed.isEmpty() ? -1 : entry.get().key().compareTo(Keys.raw(listed.get().key()));
      if (order < 0) {
        visitor.missing(entry.orElseThrow());
      } else if (order == 0) {
        visitor.both(entry.orElseThrow(), listing.next());
      } else {
        Listed extra = listing.next();
        if (!leftAlone.test(extra)) {
          visitor.extra(extra);
        }
      }
      if (order <= 0) {
        entry = following(point, objects, before);
      }
    }
  }

  private static Optional<ObjectEntry> seek(
      PointId point, ManifestCursor objects, String from, String before) {
    try {
      return objects.seek(from).filter(entry -> belongs(entry, before));
    } catch (BlobFault e) {
      throw Sameness.damaged(point, from, e);
    }
  }

  private static Optional<ObjectEntry> following(
      PointId point, ManifestCursor objects, String before) {
    String at = objects.next().key();
    try {
      return objects.peek().filter(entry -> belongs(entry, before));
    } catch (BlobFault e) {
      throw Sameness.damaged(point, at, e);
    }
  }

  private static boolean belongs(ObjectEntry entry, String before) {
    return before.isEmpty() || entry.key().compareTo(before) < 0;
  }
}
