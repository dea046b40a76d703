package dev.gnomon.core.catalogue;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Which rollback points of a resource are kept; a point that any rule keeps stays. Pinned points
/// (open rollbacks and updates, undo points in their time, the last good one, holds) stay in any
/// case. [dev.gnomon.core.retention.Retention] says what each rule means.
///
/// @param last the newest so many points, at least 1
/// @param hourly the newest point of each of the last so many hours that have one, 0 for none
/// @param daily the newest point of each of the last so many days that have one, 0 for none
/// @param within every point that is at most so much older than the newest
/// @param keepTagged points with one of these tags; [#ANY_TAG] means every tag
public record Keep(
    int last, int hourly, int daily, Optional<Duration> within, Set<String> keepTagged) {
  public static final String ANY_TAG = "*";
  public static final Keep DEFAULT = new Keep(96, Optional.of(Duration.ofDays(7)));

  public Keep {
    if (last < 1 || hourly < 0 || daily < 0) {
      throw new IllegalArgumentException(
          "keep.last must be at least 1, keep.hourly and keep.daily at least 0: %d, %d, %d"
              .formatted(last, hourly, daily));
    }
    keepTagged = Set.copyOf(keepTagged);
  }

  public Keep(int last, Optional<Duration> within) {
    this(last, 0, 0, within, Set.of());
  }

  public boolean keepsTag(String tag) {
    return keepTagged.contains(tag) || keepTagged.contains(ANY_TAG);
  }
}
