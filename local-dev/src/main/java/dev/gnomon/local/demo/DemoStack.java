package dev.gnomon.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.local.servers.Tether;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A stack of the demo's own: a process started by the launcher.
final class DemoStack implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final long STOP_SECONDS = 20;
  private static final Duration POLL = Duration.ofNanos(500_000);

  private final Process process;
  private final Target target;

  private DemoStack(Process process, Target target) {
    this.process = process;
    this.target = target;
  }

  /// Starts it and waits until it is ready. It ends with this process, also if this is killed.
  ///
  /// @param started is told of the process at once
  static DemoStack start(Path launcher, Path config, Path data, Path log, Consumer<Process> started)
      throws IOException, InterruptedException {
    List<String> words =
        Tether.words(
            List.of(
                launcher.toString(),
                "up",
                "--config",
                config.toString(),
                "--data",
                data.toString()));
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    started.accept(process);
    Path addresses = data.resolve("gnomon.json");
    long end = System.nanoTime() + START.toNanos();
    while (!Files.exists(addresses)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroy();
        throw Failure.failed("the stack did not start:\n" + Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    JsonNode json = Json.MAPPER.readTree(addresses.toFile());
    return new DemoStack(
        process,
        new Target(
            new Target.Addresses(
                URI.create(json.get("broker").asText()), URI.create(json.get("api").asText())),
            POLL,
            process::isAlive));
  }

  Target target() {
    return target;
  }

  @Override
  public void close() throws InterruptedException {
    stop(process);
  }

  static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
