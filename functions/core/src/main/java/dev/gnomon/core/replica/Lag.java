package dev.gnomon.core.replica;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How far a replica is behind its source, as far as that is known. There is a moment before which
/// every write is in the replica; the lag is the time since then. It grows by itself while nothing
/// is brought over, whatever the reason, and is unknown until the trees were equal once.
/// Thread-safe.
public final class Lag {
  /// Batches that median and the like are taken over, at most.
  private static final int SAMPLES = 1024;

  /// No older ones.
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final long[] nanos = new long[SAMPLES];
  private final long[] ended = new long[SAMPLES];
  private long batches;
  private long asOfNanos;
  private boolean known;

  /// A batch was brought over.
  ///
  /// @param sinceNanos when its oldest write was made, by System.nanoTime
  public synchronized void batch(long sinceNanos) {
    long now = System.nanoTime();
    int slot = (int) (batches++ % SAMPLES);
    nanos[slot] = Math.max(0, now - sinceNanos);
    ended[slot] = now;
  }

  /// Every write before a moment is in the replica.
  ///
  /// @param moment by System.nanoTime
  public synchronized void equalAsOf(long moment) {
    asOfNanos = known && asOfNanos - moment > 0 ? asOfNanos : moment;
    known = true;
  }

  /// Nothing is known any more: another directory is followed from now on.
  public synchronized void forget() {
    known = false;
  }

  /// When every write was in the replica, by System.nanoTime.
  synchronized Optional<Long> asOf() {
    return known ? Optional.of(asOfNanos) : Optional.empty();
  }

  /// What is known now.
  ///
  /// @param current empty if it is not known
  /// @param median over the batches of the last ten minutes, like `p99` and `max`; empty without
  ///   any
  /// @param batches since the process began
  public record Reading(
      Optional<Duration> current,
      Optional<Duration> median,
      Optional<Duration> p99,
      Optional<Duration> max,
      long batches) {}

  public synchronized Reading now() {
    long now = System.nanoTime();
    long[] recent = new long[SAMPLES];
    int count = 0;
    for (int i = 0; i < Math.min(batches, SAMPLES); i++) {
      if (now - ended[i] <= WINDOW_NANOS) {
        recent[count++] = nanos[i];
      }
    }
    Arrays.sort(recent, 0, count);
    return new Reading(
        known ? Optional.of(Duration.ofNanos(Math.max(0, now - asOfNanos))) : Optional.empty(),
        rank(recent, count, 50),
        rank(recent, count, 99),
        rank(recent, count, 100),
        batches);
  }

  /// The smallest value that so many percent of all are not above.
  private static Optional<Duration> rank(long[] sorted, int count, int percent) {
    int rank = (int) Math.ceilDiv((long) count * percent, 100L);
    return count == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(sorted[rank - 1]));
  }
}
