package dev.gnomon.core.rollback;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;

/// A point that a rollback may use.
public record Candidate(PointRef point, ContentHash content, Instant time) {
  public static Candidate of(PointRef ref, Point point) {
    return new Candidate(ref, point.content(), point.time());
  }
}
