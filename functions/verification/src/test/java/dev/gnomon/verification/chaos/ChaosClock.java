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
  private Duration behind = Duration.ZERO;

  synchronized void forward(Duration by) {
    since = since.plus(by);
  }

  /// As somebody sets the time of day; nanoseconds only go forward.
  synchronized void setBack(Duration by) {
    behind = behind.plus(by);
  }

  synchronized long nanos() {
    return since.toNanos();
  }

  @Override
  public synchronized Instant instant() {
    return START.plus(since).minus(behind);
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
