package dev.gnomon.local.demo;

import dev.gnomon.local.stack.StackMain;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Runs a small stack once, takes a shadow and rolls back, so that the JVM can record which classes
/// a stack loads (JEP 514). The launcher runs this after a build; nothing depends on it but the
/// time that later stacks take to start.
public final class StackTraining {
  private static final long LIMIT_SECONDS = 60;

  private StackTraining() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("gnomon-training").toRealPath();
    int code;
    try {
      Path site = Files.createDirectory(directory.resolve("site"));
      Files.writeString(site.resolve("file"), "content");
      Path config = Files.writeString(directory.resolve("gnomon.yaml"), catalogue(site));
      Path data = directory.resolve("data");
      Thread.ofPlatform().daemon().name("training").start(() -> use(data, site));
      code = StackMain.run("up", "--config", config.toString(), "--data", data.toString());
    } finally {
      Leftovers.delete(directory);
    }
    System.exit(code);
  }

  private static void use(Path data, Path site) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (Files.notExists(data.resolve("gnomon.json"))) {
      if (System.nanoTime() > end) {
        Runtime.getRuntime().halt(1); // whoever runs this does without the record
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    try {
      run(data, "shadow", "site", "--wait", "--timeout", "30s");
      Files.writeString(site.resolve("file"), "damaged");
      run(data, "rollback", "--resource", "site", "--wait", "--timeout", "30s");
      run(data, "status");
    } catch (IOException e) {
      System.err.println("the training goes on without a rollback: " + e);
    } finally {
      Quarkus.asyncExit(0);
    }
  }

  private static void run(Path data, String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("--data", data.toString()));
    StackMain.run(command.toArray(String[]::new));
  }

  private static String catalogue(Path site) {
    return """
    cells:
      - name: east
      - name: west
    resources:
      - name: site
        kind: directory
        cell: east
        location: "%s"
        shadow: { cell: west, type: differential }
        rollback: restore
        allowAdvisoryFence: true
    """
        .formatted(site);
  }
}
