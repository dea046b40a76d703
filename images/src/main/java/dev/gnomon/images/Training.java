package dev.gnomon.images;

import dev.gnomon.local.servers.Tether;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Runs a deployable as its image will, plays what it is for, and keeps what the JVM recorded:
/// which classes it loads and links, and which methods are worth compiling (JEP 483, 514, 515).
public final class Training {
  private static final int TIMES = 40;
  private static final long CACHE_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);

  private Training() {}

  /// @param root where the layout of the deployable lies
  /// @param surroundings in which the deployable PROTECT has run or runs now
  /// @param log file for what the training prints
  /// @return the cache, below the root at its place
  /// @throws IOException if there is none in the end
  public static Path train(Deployable deployable, Path root, Surroundings surroundings, Path log)
      throws IOException, InterruptedException {
    Path cache = root.resolve(Layout.CACHE.substring(1));
    Files.deleteIfExists(cache);
    try (RunningDeployable running =
        RunningDeployable.start(
            Tether.words(
                Program.SERVER.command(root.toString(), List.of("-XX:AOTCacheOutput=" + cache))),
            root.resolve(Layout.APP.substring(1)),
            surroundings.environment(deployable),
            log)) {
      play(deployable, running.address());
      running.stop();
    }
    return finished(cache, log);
  }

  /// The same of the command line, with the command that Jobs give it.
  ///
  /// @param root where the layout of the command line lies
  static Path trainCommands(Path root, Surroundings surroundings, Path log)
      throws IOException, InterruptedException {
    Path cache = root.resolve(Layout.CACHE.substring(1));
    Files.deleteIfExists(cache);
    List<String> command =
        new ArrayList<>(
            Program.COMMANDS.command(root.toString(), List.of("-XX:AOTCacheOutput=" + cache)));
    command.addAll(List.of("cell", "init", "--config", surroundings.catalogueFile().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(Tether.words(command))
            .directory(root.resolve(Layout.APP.substring(1)).toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(surroundings.keys());
    Process process = builder.start();
    try {
      if (!process.waitFor(CACHE_LIMIT_NANOS, TimeUnit.NANOSECONDS) || process.exitValue() != 0) {
        throw new IOException("cell init failed in the training: " + Files.readString(log));
      }
    } finally {
      process.destroyForcibly();
    }
    return finished(cache, log);
  }

  /// The JVM writes the cache after the program ended.
  private static Path finished(Path cache, Path log) throws IOException {
    long end = System.nanoTime() + CACHE_LIMIT_NANOS;
    while (!Files.isRegularFile(cache) || Files.exists(Path.of(cache + ".config"))) {
      if (System.nanoTime() > end) {
        throw new IOException("the training left no cache: " + Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    return cache;
  }

  private static void play(Deployable deployable, URI address)
      throws IOException, InterruptedException {
    Caller caller = new Caller(address);
    for (int time = 0; time < TIMES; time++) {
      caller.first(deployable);
      caller.get("/q/health/ready");
      switch (deployable) {
        case ROUTE -> {
          caller.get("/routes");
          caller.get("/routes/" + Surroundings.RESOURCE + "?fresh=true");
          caller.get("/routes/none");
        }
        case PREDICT -> caller.event("/telemetry", "sweep-due", "{}");
        case PROTECT -> {
          if (time % 10 == 0) {
            caller.event(
                "/shadow",
                "shadow-requested",
                "{\"resource\": \"%s\", \"kind\": \"command\"}".formatted(Surroundings.RESOURCE));
            caller.event(
                "/rollback",
                "rollback-requested",
                "{\"resource\": \"%s\", \"by\": \"person\"}".formatted(Surroundings.RESOURCE));
          }
          for (String path : List.of("/update", "/shadow", "/rollback", "/notify")) {
            caller.event(path, "sweep-due", "{}");
          }
          caller.get("/status");
        }
      }
    }
  }
}
