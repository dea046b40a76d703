package dev.gnomon.core.rollback;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;
import java.util.Optional;

/// A point that a rollback may use.
///
/// @param bytes that it holds; what earlier versions wrote does not say it
public record Candidate(PointRef point, ContentHash content, Instant time, Optional<Long> bytes) {
  public static Candidate of(PointRef ref, Point point) {
    return new Candidate(ref, point.content(), point.time(), Optional.of(point.bytes()));
  }
}
