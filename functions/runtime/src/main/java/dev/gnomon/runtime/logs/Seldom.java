package dev.gnomon.runtime.logs;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Lets a line into the log once in a while, and counts what it leaves out: for lines that anybody
/// can cause as often as he likes. Thread-safe.
public final class Seldom {
  private final long every;
  private final LongSupplier nanos;
  private boolean said;
  private long last;
  private long leftOut;

  /// @param nanos a clock that never goes back, such as System::nanoTime
  public Seldom(Duration every, LongSupplier nanos) {
    this.every = every.toNanos();
    this.nanos = nanos;
  }

  /// @return the line, with how many were left out before it; empty if it is to be left out
  public synchronized Optional<String> line(String text) {
    long now = nanos.getAsLong();
    if (said && now - last < every) {
      leftOut++;
      return Optional.empty();
    }
    String line = leftOut == 0 ? text : "%s (%d more like it before)".formatted(text, leftOut);
    said = true;
    last = now;
    leftOut = 0;
    return Optional.of(line);
  }
}
