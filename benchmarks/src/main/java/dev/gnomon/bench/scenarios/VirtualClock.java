package dev.gnomon.bench.scenarios;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/// Stands still unless it is set, but for a millisecond a look, so that two points never have the
/// same time. Thread-safe.
final class VirtualClock extends Clock {
  private final AtomicReference<Instant> now;

  VirtualClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  /// Goes on to a time; never back.
  void set(Instant time) {
    now.updateAndGet(before -> time.isAfter(before) ? time : before);
  }

  /// Without moving it.
  Instant look() {
    return now.get();
  }

  @Override
  public Instant instant() {
    return now.updateAndGet(time -> time.plusMillis(1));
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("virtual time has no zones");
  }
}
