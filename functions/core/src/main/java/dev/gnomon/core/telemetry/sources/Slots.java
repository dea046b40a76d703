package dev.gnomon.core.telemetry.sources;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32;

/// When a source is asked: at multiples of its interval, shifted by a part of it that follows from
/// its name. So sources are spread, and two processes ask one of them for the same times: what both
/// send has one identity.
public record Slots(String name, Duration every) {
  /// The newest slot that is not after a time.
  public Instant before(Instant time) {
    long length = every.toMillis();
    long shift = shift(length);
    return Instant.ofEpochMilli(
        Math.floorDiv(time.toEpochMilli() - shift, length) * length + shift);
  }

  public Instant after(Instant time) {
    return before(time).plus(every);
  }

  private long shift(long length) {
    CRC32 hash = new CRC32();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    // Whole seconds, as expressions of PromQL are evaluated at.
    return Math.floorMod(hash.getValue() * 1000, length);
  }
}
