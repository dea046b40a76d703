package dev.gnomon.core.chaos;

import dev.gnomon.core.ids.CellName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The trouble that this process suffers now, at most one. It is a lease: who does not renew it
/// lets it lapse, so nobody has to revert it. Costs one volatile read where there is none.
/// Thread-safe.
public final class Injected {
  /// So long after the last lie of a cell there may still be work under way that rests on it: far
  /// longer than a call with all its retries.
  public static final Duration DOUBT = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;

  /// Until when a cell gave answers that were not true, of the few that ever did.
  private final Map<CellName, Lie> lied = new ConcurrentHashMap<>();

  private record Lie(long ends, boolean ofTime) {}

  private volatile @Nullable Lease lease;

  private record Lease(
      String experiment, Trouble trouble, long began, long ends, LongAdder touched) {}

  /// @param nanoTime a clock that only goes forward, such as `System::nanoTime`
  public Injected(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// Lets a trouble begin, or go on for some more time.
  public synchronized void renew(String experiment, Trouble trouble, Duration left) {
    Lease before = lease;
    long now = nanoTime.getAsLong();
    long ends = now + left.toNanos();
    Lease next =
        before != null && before.experiment().equals(experiment)
            ? new Lease(experiment, trouble, before.began(), ends, before.touched())
            : new Lease(experiment, trouble, now, ends, new LongAdder());
    if (trouble.lies()) {
      trouble
          .cell()
          .ifPresent(
              cell -> lied.put(cell, new Lie(next.ends(), trouble instanceof Trouble.ClockSkew)));
    }
    lease = next;
  }

  /// For how long the trouble of an experiment has been made here, whatever clocks of others say.
  Duration suffered(String experiment) {
    Lease now = lease;
    return now == null || !now.experiment().equals(experiment)
        ? Duration.ZERO
        : Duration.ofNanos(nanoTime.getAsLong() - now.began());
  }

  /// Whether work that is under way may rest on answers of a cell that were not true: it gives such
  /// answers now, or did a moment ago.
  boolean mayHaveLied(CellName cell) {
    return lie(cell) != null;
  }

  /// The same of the time that it says.
  boolean mayHaveLiedOfTime(CellName cell) {
    Lie lie = lie(cell);
    return lie != null && lie.ofTime();
  }

  private @Nullable Lie lie(CellName cell) {
    Lie lie = lied.isEmpty() ? null : lied.get(cell);
    return lie == null || nanoTime.getAsLong() - lie.ends() >= DOUBT.toNanos() ? null : lie;
  }

  /// Ends it.
  ///
  /// @return how many calls it touched
  public synchronized long lift() {
    Lease before = lease;
    lease = null;
    if (before != null && before.trouble().lies()) {
      long now = nanoTime.getAsLong();
      before
          .trouble()
          .cell()
          .ifPresent(cell ->
              lied.computeIfPresent(
                  cell, (at, lie) -> now - lie.ends() < 0 ? new Lie(now, lie.ofTime()) : lie));
    }
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
