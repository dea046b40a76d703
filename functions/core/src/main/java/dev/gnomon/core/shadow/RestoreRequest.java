package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.places.Place;
import java.nio.file.Path;

/// Makes a place equal to a point of the same kind.
///
/// @param target place to change
/// @param partBytes largest amount of content for one part
/// @param making what may be made if it is not there
/// @param trust which files that are there count as equal without being read
/// @param asPlanned the parts do what the last plan of this request found, and look again only into
///   directories where it found a difference; otherwise they look at everything again. For whoever
///   carries a plan out at once
public record RestoreRequest(
    PointId point, Place target, long partBytes, Making making, Trust trust, boolean asPlanned) {
  /// A request that reads what it compares, and looks again at what a plan found.
  public RestoreRequest(PointId point, Place target, long partBytes, Making making) {
    this(point, target, partBytes, making, Trust.NOTHING, false);
  }

  public RestoreRequest(PointId point, Path target, long partBytes, Making making) {
    this(point, Place.of(target), partBytes, making);
  }

  /// A request that makes the target, but not the directory that it lies in.
  public RestoreRequest(PointId point, Path target, long partBytes) {
    this(point, Place.of(target), partBytes);
  }

  /// A request that makes the target, but not the directory that it lies in.
  public RestoreRequest(PointId point, Place target, long partBytes) {
    this(point, target, partBytes, Making.TARGET);
  }

  /// What is made if it is not there. Where a file system may be mounted, a missing directory means
  /// that it is away; what were made then would lie below the mount point.
  public enum Making {
    /// Nothing: the target has to be there.
    NOTHING,
    /// The target, in a directory that is there.
    TARGET,
    /// The target and every directory above it; only for a person who names the target.
    PARENTS
  }

  /// What counts as equal without being read.
  public enum Trust {
    /// Nothing: every file is read.
    NOTHING,
    /// A regular file whose size, modification time, mode and owner are the point's. Damage that
    /// keeps all of these, and other extended attributes, go unseen.
    STAT
  }
}
