package dev.gnomon.core.catalogue;

import java.time.Duration;
import java.util.Optional;

/// Which rollback points of a resource are kept; a point that any rule keeps stays. Pinned points
/// (open rollbacks and updates, undo points in their time, the last good one) stay in any case.
///
/// @param last the newest so many points, at least 1
/// @param within every point younger than this
public record Keep(int last, Optional<Duration> within) {
  public static final Keep DEFAULT = new Keep(96, Optional.of(Duration.ofDays(7)));

  public Keep {
    if (last < 1) {
      throw new IllegalArgumentException("keep.last must be at least 1: " + last);
    }
  }
}
