package dev.gnomon.core.telemetry;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whether samples have come to this process steadily for a while. Until then that a series is
/// silent says more of who should have brought its samples, or of us, than of the series.
/// Thread-safe.
final class Listening {
  /// A longer pause without any sample is one of whoever brings them.
  static final Duration PAUSE_AT_MOST = Duration.ofMinutes(5);

  /// After a pause, sources have this long to be heard again.
  static final Duration FOR = Duration.ofMinutes(15);

  private @Nullable Instant since;
  private @Nullable Instant last;

  synchronized void heard(Instant now) {
    if (since == null || last == null || now.isAfter(last.plus(PAUSE_AT_MOST))) {
      since = now;
    }
    last = now;
  }

  synchronized boolean steadily(Instant now) {
    return since != null
        && last != null
        && !now.isBefore(since.plus(FOR))
        && !now.isAfter(last.plus(PAUSE_AT_MOST));
  }
}
