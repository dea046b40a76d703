package dev.gnomon.local.cli;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.probes.Probed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A probe that is waited for only so long. One that hangs is not begun again beside itself.
final class PatientProbe {
  private static final double NANOS = 1e9;

  private final CellName cell;
  private final Probed.Target target;
  private final Callable<Optional<String>> question;
  private final Duration patience;
  private @Nullable FutureTask<Optional<String>> running;
  private Instant time = Instant.EPOCH;
  private long begun;
  private volatile long ended;

  /// @param seconds how long the answer took; empty: there was none
  record Result(Instant time, OptionalDouble seconds, Optional<String> failure) {}

  /// @param question answers why it failed; empty: it did not
  PatientProbe(
      CellName cell, Probed.Target target, Callable<Optional<String>> question, Duration patience) {
    this.cell = cell;
    this.target = target;
    this.question = question;
    this.patience = patience;
  }

  CellName cell() {
    return cell;
  }

  Probed.Target target() {
    return target;
  }

  void begin() {
    time = Instant.now();
    if (running == null) {
      begun = System.nanoTime();
      FutureTask<Optional<String>> task =
          new FutureTask<>(() -> {
            Optional<String> failure = question.call();
            ended = System.nanoTime();
            return failure;
          });
      running = task;
      Thread.ofVirtual().name("gnomon-probe").start(task);
    }
  }

  Result end() throws InterruptedException {
    FutureTask<Optional<String>> task = running;
    if (task == null) {
      throw new IllegalStateException("a probe that was not begun");
    }
    long left = patience.toNanos() - (System.nanoTime() - begun);
    try {
      Optional<String> failure = task.get(Math.max(0, left), TimeUnit.NANOSECONDS);
      running = null;
      OptionalDouble seconds =
          failure.isPresent() ? OptionalDouble.empty() : OptionalDouble.of((ended - begun) / NANOS);
      return new Result(time, seconds, failure);
    } catch (TimeoutException e) {
      return new Result(
          time,
          OptionalDouble.empty(),
          Optional.of("no answer within %d ms".formatted(patience.toMillis())));
    } catch (ExecutionException e) {
      running = null;
      return new Result(time, OptionalDouble.empty(), Optional.of(String.valueOf(e.getCause())));
    }
  }
}
