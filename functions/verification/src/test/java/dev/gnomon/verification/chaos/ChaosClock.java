package dev.gnomon.verification.chaos;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// A clock that stands until it is moved, as time of day and as nanoseconds.
final class ChaosClock extends Clock {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private Duration since = Duration.ZERO;

  synchronized void forward(Duration by) {
    since = since.plus(by);
  }

  synchronized long nanos() {
    return since.toNanos();
  }

  @Override
  public synchronized Instant instant() {
    return START.plus(since);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
