package dev.gnomon.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/// A program that goes on until it is ended. For one thread; its workplace may end it meanwhile.
public final class ServingProgram implements AutoCloseable {
  private final Program program;
  private final RunningProgram running;
  private final Path errors;
  private final Consumer<RunningProgram> end;

  ServingProgram(
      Program program, RunningProgram running, Path errors, Consumer<RunningProgram> end) {
    this.program = program;
    this.running = running;
    this.errors = errors;
    this.end = end;
  }

  /// Looks whether it runs, and at its memory.
  ///
  /// @throws RoundFailedException if it ended by itself
  public void requireRunning() throws RoundFailedException, IOException {
    if (!running.sample()) {
      String complaint = Workplace.complaint(errors);
      throw new RoundFailedException(
          "%s ended with %d%s"
              .formatted(
                  program.title(),
                  running.exitCode(),
                  complaint.isEmpty() ? "" : ": " + complaint));
    }
  }

  /// Largest of what was seen by [#requireRunning], see [PeakMemory].
  public OptionalDouble peakMebibytes() {
    return running.memory().wholeMebibytes();
  }

  /// Ends it and what it started.
  @Override
  public void close() {
    end.accept(running);
  }
}
