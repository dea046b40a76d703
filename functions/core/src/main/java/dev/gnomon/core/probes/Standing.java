package dev.gnomon.core.probes;

import java.time.Instant;
import java.util.Optional;

/// What a vantage point saw last of a cell, and since when it is so.
///
/// @param arrived when the newest probe came, by the clock of who judges
/// @param failures in a row
/// @param failingSince time of the first of these
public record Standing(
    Probed newest, Instant arrived, int failures, Optional<Instant> failingSince) {
  private static final int FAILURES_AT_MOST = 1_000_000;

  /// @param before the same vantage point's, if it is not too old to count
  static Standing after(Optional<Standing> before, Probed probed, Instant now) {
    if (!probed.failed()) {
      return new Standing(probed, now, 0, Optional.empty());
    }
    int failures = before.map(Standing::failures).orElse(0);
    return new Standing(
        probed,
        now,
        Math.min(failures + 1, FAILURES_AT_MOST),
        before.flatMap(Standing::failingSince).or(() -> Optional.of(probed.time())));
  }
}
