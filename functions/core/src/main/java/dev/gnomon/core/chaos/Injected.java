package dev.gnomon.core.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The trouble that this process suffers now, at most one. It is a lease: who does not renew it
/// lets it lapse, so nobody has to revert it. Costs one volatile read where there is none.
/// Thread-safe.
public final class Injected {
  private final LongSupplier nanoTime;
  private volatile @Nullable Lease lease;

  private record Lease(String experiment, Trouble trouble, long ends, LongAdder touched) {}

  /// @param nanoTime a clock that only goes forward, such as `System::nanoTime`
  public Injected(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// Lets a trouble begin, or go on for some more time.
  public synchronized void renew(String experiment, Trouble trouble, Duration left) {
    Lease before = lease;
    LongAdder touched =
        before != null && before.experiment().equals(experiment)
            ? before.touched()
            : new LongAdder();
    lease = new Lease(experiment, trouble, nanoTime.getAsLong() + left.toNanos(), touched);
  }

  /// Ends it.
  ///
  /// @return how many calls it touched
  public synchronized long lift() {
    Lease before = lease;
    lease = null;
    return before == null ? 0 : before.touched().sum();
  }

  /// How many calls were touched so far.
  public long touched() {
    Lease now = lease;
    return now == null ? 0 : now.touched().sum();
  }

  /// Id of the experiment whose trouble this process suffers now.
  public Optional<String> experiment() {
    Lease now = current();
    return now == null ? Optional.empty() : Optional.of(now.experiment());
  }

  /// The trouble, if one is made now.
  public Optional<Trouble> now() {
    Lease now = current();
    return now == null ? Optional.empty() : Optional.of(now.trouble());
  }

  /// Notes that a call was touched.
  void touch() {
    Lease now = lease;
    if (now != null) {
      now.touched().increment();
    }
  }

  private @Nullable Lease current() {
    Lease now = lease;
    return now == null || nanoTime.getAsLong() - now.ends() >= 0 ? null : now;
  }
}
