package dev.gnomon.local.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Asks again and again until there is an answer or the time is over; often at first, then every
/// half second.
final class Waiting {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private Waiting() {}

  /// A question that fails for the moment only is asked again.
  ///
  /// @return empty if there was no answer in time
  static <T> Optional<T> until(Duration timeout, Supplier<Optional<T>> question) {
    long start = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    while (true) {
      long left = timeout.toNanos() - (System.nanoTime() - start);
      Optional<T> answer = ask(question, left > 0);
      if (answer.isPresent() || left <= 0) {
        return answer;
      }
      LockSupport.parkNanos(Math.min(left, pause.toNanos()));
      if (Thread.currentThread().isInterrupted()) {
        throw Failure.failed("interrupted");
      }
      pause = pause.multipliedBy(3).dividedBy(2);
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        pause = LONGEST_PAUSE;
      }
    }
  }

  private static <T> Optional<T> ask(Supplier<Optional<T>> question, boolean again) {
    try {
      return question.get();
    } catch (Failure e) {
      if (again && e.passing()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Seconds with one digit, since a moment of `System.nanoTime()`.
  static String since(long nanoTime) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    return millis / 1000 + "." + millis % 1000 / 100 + " s";
  }
}
