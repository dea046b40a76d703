package dev.gnomon.verification.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands until it is moved.
final class TelemetryClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");

  void forward(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
