package dev.gnomon.images;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A deployable in a process of its own.
public final class RunningDeployable implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[^\"\\s,]+)");
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(5);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Process process;
  private final Path log;
  private final long startedNanos;

  private RunningDeployable(Process process, Path log, long startedNanos) {
    this.process = process;
    this.log = log;
    this.startedNanos = startedNanos;
  }

  /// Starts it; does not wait.
  ///
  /// @param app directory that it runs in
  /// @param log file for all that it prints
  public static RunningDeployable start(
      List<String> command, Path app, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(app.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("GNOMON_"));
    builder.environment().putAll(environment);
    long now = System.nanoTime();
    return new RunningDeployable(builder.start(), log, now);
  }

  /// [System#nanoTime] at its start.
  public long startedNanos() {
    return startedNanos;
  }

  /// Waits until it says where it listens.
  ///
  /// @throws IOException with the end of what it printed, if it ends or takes too long
  public URI address() throws IOException {
    while (true) {
      boolean alive = process.isAlive();
      Matcher found = LISTENING.matcher(output());
      if (found.find()) {
        return URI.create(found.group(1));
      }
      if (!alive || System.nanoTime() - startedNanos > START_LIMIT.toNanos()) {
        throw new IOException(
            (alive ? "does not listen: " : "ended with " + process.exitValue() + ": ") + output());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  public String output() throws IOException {
    return Files.readString(log);
  }

  public long pid() {
    return process.pid();
  }

  /// Ends it as a cluster does, by SIGTERM, and waits.
  ///
  /// @throws IOException if it takes longer than it may; it is killed then
  public void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("did not end within " + STOP_LIMIT + ": " + output());
    }
  }

  /// Kills it if it still runs.
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }
}
