package dev.gnomon.bench.work;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A program on its way, with everything it started. Waited for by one thread; may be ended by
/// another.
final class RunningProgram {
  /// A process that is measured is looked at rarely, so that the looking isn't what is measured.
  private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(200);

  private final Process process;
  private final long start;
  private final PeakMemory memory = new PeakMemory();
  private double seconds;

  private RunningProgram(Process process, long start) {
    this.process = process;
    this.start = start;
  }

  static RunningProgram start(ProcessBuilder builder) throws IOException {
    long start = System.nanoTime();
    return new RunningProgram(builder.start(), start);
  }

  /// @return whether it ended by itself within the limit
  boolean await(Duration limit) throws InterruptedException {
    do {
      memory.sample(process.toHandle());
      if (process.waitFor(SAMPLE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        seconds = (System.nanoTime() - start) / 1e9;
        return true;
      }
    } while (System.nanoTime() - start < limit.toNanos());
    return false;
  }

  /// Ends it and what it started: TERM to itself, then KILL to what is left after the grace time.
  void end(Duration grace) {
    Set<ProcessHandle> tree = new LinkedHashSet<>();
    process.descendants().forEach(tree::add);
    process.destroy();
    boolean interrupted = Thread.interrupted();
    try {
      if (!interrupted) {
        process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    process.descendants().forEach(tree::add);
    process.destroyForcibly();
    tree.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Looks at its memory.
  ///
  /// @return whether it still runs
  boolean sample() {
    memory.sample(process.toHandle());
    return process.isAlive();
  }

  int exitCode() {
    return process.exitValue();
  }

  /// Valid after [#await] said that it ended.
  double seconds() {
    return seconds;
  }

  PeakMemory memory() {
    return memory;
  }
}
