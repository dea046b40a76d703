package dev.gnomon.core.catalogue;

import java.time.Duration;

/// How a replica is kept in step with its primary (`every: continuous`).
///
/// @param verifyEvery how often all content of both is compared, to find what was damaged in
///   silence
public record Following(Duration verifyEvery) {
  public static final Following DEFAULT = new Following(Duration.ofDays(1));
}
