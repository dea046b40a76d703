package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.replica.TreeMirror;
import java.util.List;
import java.util.Optional;

/// Plain objects below a prefix that equal a point, for whoever can read S3 and knows nothing of
/// points. Files of a directory are objects under their paths (docs/STORE-FORMAT.md), objects of a
/// prefix under the same keys with all that they carry. One caller at a time writes to a place;
/// killed anywhere and called again, it ends the same. Thread-safe.
///
/// Faults are ObjectStoreExceptions, and [DamagedPointException] if the point can't be read.
public interface Serving {

  /// Makes a place equal to a point of this cell and proves it by a list. If the place still is as
  /// it was left, only what differs between the two points is written; otherwise everything there
  /// is compared.
  ///
  /// @param left what the place was left with; empty if nobody knows
  /// @return empty if it was told to stop
  /// @throws java.io.UncheckedIOException if somebody else goes on writing there
  Optional<Served> bring(PointId point, S3Prefix place, Optional<Served> left, Control control);

  /// What makes a place equal to another prefix as that is now, for whoever is told which objects
  /// may have changed, or wants everything compared. Changes name raw keys below the prefixes. Any
  /// key may be told at any time, twice, or in any order. The place equals no point then, so the
  /// next [#bring] compares everything.
  TreeMirror mirror(S3Prefix from, S3Prefix place);

  /// Whether a place is as it was left, by its list.
  boolean isStill(S3Prefix place, Served left);

  /// Whether no object is below a place.
  boolean isEmpty(S3Prefix place);

  /// Deletes every object below a place.
  void remove(S3Prefix place);

  /// What the caller says while it is worked.
  interface Control extends Progress {
    /// Whether to stop as soon as possible.
    boolean stopped();
  }

  /// What a place was left with.
  ///
  /// @param print of everything that a list of the place says; equal lists have equal prints
  /// @param written objects that the call wrote, with their bytes
  /// @param hardLinks further names of files; each is an object of its own
  /// @param notServed paths of the point that are no objects: symbolic links, empty directories,
  ///   names that make too long keys
  /// @param examples of those, at most [#MAX_EXAMPLES]
  record Served(
      PointId point,
      String print,
      long objects,
      long bytes,
      long written,
      long writtenBytes,
      long deleted,
      long hardLinks,
      long notServed,
      List<NotServed> examples) {
    public static final int MAX_EXAMPLES = 100;

    public Served {
      examples = List.copyOf(examples);
    }
  }

  /// A path that is not served, and why.
  record NotServed(String path, String reason) {}
}
