package dev.gnomon.protect.webhooks;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// A bucket of tokens (a leaky bucket as a meter, ITU-T I.371): so many requests a minute, and at
/// most as many at once. Thread-safe.
final class RateLimit {
  private static final double NANOS_A_MINUTE = Duration.ofMinutes(1).toNanos();

  private final int perMinute;
  private final LongSupplier nanos;
  private double tokens;
  private long last;

  /// @param nanos a clock that never goes back, such as System::nanoTime
  RateLimit(int perMinute, LongSupplier nanos) {
    this.perMinute = perMinute;
    this.nanos = nanos;
    this.tokens = perMinute;
    this.last = nanos.getAsLong();
  }

  /// @return how long to wait if there is no room now, in whole seconds
  synchronized Optional<Duration> take() {
    long now = nanos.getAsLong();
    tokens = Math.min(perMinute, tokens + (now - last) * perMinute / NANOS_A_MINUTE);
    last = now;
    if (tokens < 1) {
      double nanosToOne = (1 - tokens) * NANOS_A_MINUTE / perMinute;
      return Optional.of(Duration.ofSeconds((long) Math.ceil(nanosToOne / 1e9)));
    }
    tokens -= 1;
    return Optional.empty();
  }
}
