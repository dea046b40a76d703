package dev.gnomon.core.retention;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Points of which only number, kind, time and condition matter.
final class Points {
  static final ResourceName SITE = new ResourceName("site");

  private Points() {}

  static Point good(long sequence, Instant time) {
    return point(sequence, PointKind.INTERVAL, time, true, false);
  }

  static Point point(
      long sequence, PointKind kind, Instant time, boolean consistent, boolean held) {
    return new Point(
        id(sequence),
        kind,
        time,
        time,
        Optional.empty(),
        "job-" + sequence,
        List.of(),
        new ContentHash("0".repeat(64)),
        1,
        1,
        1,
        consistent,
        held,
        List.of(),
        0);
  }

  static PointId id(long sequence) {
    return new PointId(SITE, sequence);
  }
}
