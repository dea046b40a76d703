package dev.gnomon.core.objects;

import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Repeats calls that failed in a way that may pass: exponential backoff with full jitter (each
/// pause is uniform between nothing and a bound that doubles), bounded in attempts and in time.
/// Thread-safe if its random generator is.
public final class Retries {
  private static final Set<Kind> NOT_DONE = EnumSet.of(Kind.TRANSIENT);
  private static final Set<Kind> NOT_KNOWN = EnumSet.of(Kind.TRANSIENT, Kind.OUTCOME_UNKNOWN);

  private final Limits limits;
  private final Pause pause;
  private final RandomGenerator random;
  private final LongSupplier nanoTime;

  /// How long to insist.
  ///
  /// @param attempts calls at most, the first one included; at least 1
  /// @param firstPause bound of the first pause
  /// @param longestPause bound that no pause exceeds
  /// @param total no attempt begins later than this after the first one began
  public record Limits(int attempts, Duration firstPause, Duration longestPause, Duration total) {
    /// Rides out a restart of a server, and stays well below the minute that a step may take.
    public static final Limits STANDARD =
        new Limits(8, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(20));

    public static final Limits ONCE =
        new Limits(1, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1));

    public Limits {
      if (attempts < 1 || !firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
        throw new IllegalArgumentException(
            "retries need an attempt and a first pause in (0, longest]: "
                + "%d attempts, first %s, longest %s"
                    .formatted(attempts, firstPause, longestPause));
      }
    }
  }

  public Retries(Limits limits, Pause pause, RandomGenerator random, LongSupplier nanoTime) {
    this.limits = limits;
    this.pause = pause;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /// Retries that block the calling thread.
  public static Retries within(Limits limits) {
    return new Retries(
        limits, Pause.sleeping(), () -> ThreadLocalRandom.current().nextLong(), System::nanoTime);
  }

  public static Retries standard() {
    return within(Limits.STANDARD);
  }

  /// Every fault comes through at once.
  public static Retries none() {
    return within(Limits.ONCE);
  }

  /// Calls until it succeeds, repeating only what certainly may be repeated (TRANSIENT).
  ///
  /// @throws ObjectStoreException the last fault, when the limits are reached
  public <T> T call(Supplier<T> call) {
    return call(call, NOT_DONE);
  }

  /// Like [#call], for calls whose repetition does no harm even if an earlier one took effect:
  /// OUTCOME_UNKNOWN is repeated too.
  public <T> T callRepeatable(Supplier<T> call) {
    return call(call, NOT_KNOWN);
  }

  private <T> T call(Supplier<T> call, Set<Kind> repeated) {
    long start = nanoTime.getAsLong();
    for (int attempt = 1; ; attempt++) {
      try {
        return call.get();
      } catch (ObjectStoreException e) {
        if (!repeated.contains(e.kind()) || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        Duration wait = wait(attempt);
        Duration spent = Duration.ofNanos(nanoTime.getAsLong() - start);
        if (attempt >= limits.attempts() || spent.plus(wait).compareTo(limits.total()) > 0) {
          throw limits.attempts() == 1 ? e : givenUp(e, attempt, spent);
        }
        pause.of(wait);
      }
    }
  }

  private Duration wait(int attempt) {
    long bound = limits.longestPause().toNanos();
    long first = limits.firstPause().toNanos();
    int doublings = attempt - 1;
    if (doublings < Long.numberOfLeadingZeros(first) - 1) {
      bound = Math.min(bound, first << doublings);
    }
    return Duration.ofNanos(random.nextLong(bound + 1));
  }

  private static ObjectStoreException givenUp(
      ObjectStoreException e, int attempts, Duration spent) {
    return new ObjectStoreException(
        e.kind(),
        "%s (given up after %d attempts in %d ms)"
            .formatted(e.getMessage(), attempts, spent.toMillis()),
        e);
  }
}
