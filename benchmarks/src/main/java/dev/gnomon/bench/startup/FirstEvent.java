package dev.gnomon.bench.startup;

import dev.gnomon.images.Caller;
import dev.gnomon.images.Deployable;
import dev.gnomon.images.RunningDeployable;
import dev.gnomon.images.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One start of a deployable.
///
/// @param seconds from the start of its process until its first event was done
/// @param mebibytes that it has in memory then (VmRSS)
record FirstEvent(double seconds, double mebibytes) {
  private static final String RESIDENT = "VmRSS:";

  /// @param directory that it runs in
  record Start(List<String> command, Path directory) {}

  static FirstEvent of(Start start, Deployable deployable, Surroundings surroundings, Path log)
      throws IOException, InterruptedException {
    try (RunningDeployable running =
        RunningDeployable.start(
            start.command(), start.directory(), surroundings.environment(deployable), log)) {
      new Caller(running.address()).first(deployable);
      double seconds = (System.nanoTime() - running.startedNanos()) / 1e9;
      FirstEvent first =
          new FirstEvent(
              seconds,
              mebibytes(Files.readAllLines(Path.of("/proc/" + running.pid() + "/status"))));
      running.stop();
      return first;
    }
  }

  /// @param status of a process, as Linux shows it
  static double mebibytes(List<String> status) throws IOException {
    for (String line : status) {
      if (line.startsWith(RESIDENT)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("expected " + RESIDENT + " in the status of the process");
  }
}
