package dev.gnomon.local.demo;

import dev.gnomon.local.stack.StackMain;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Runs a small stack once, takes shadows, rolls back by command and switches by predictions, so
/// that the JVM can record which classes a stack loads, and which methods are worth compiling (JEP
/// 514, 515): the first decision of a stack comes when it is urgent. The launcher runs this after a
/// build; nothing depends on it but the time that later stacks take.
public final class StackTraining {
  private static final long LIMIT_SECONDS = 60;
  private static final long SWITCH_SECONDS = 10;

  /// Resources that are switched away by a prediction.
  private static final int FORETOLD = 8;

  private StackTraining() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("gnomon-training").toRealPath();
    int code;
    try {
      Path site = Files.createDirectory(directory.resolve("site"));
      Files.writeString(site.resolve("file"), "content");
      Path config = Files.writeString(directory.resolve("gnomon.yaml"), catalogue(directory, site));
      Path data = directory.resolve("data");
      Thread.ofPlatform().daemon().name("training").start(() -> use(data, directory, site));
      code = StackMain.run("up", "--config", config.toString(), "--data", data.toString());
    } finally {
      Leftovers.delete(directory);
    }
    System.exit(code);
  }

  private static void use(Path data, Path directory, Path site) {
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
      for (int number = 0; number < FORETOLD; number++) {
        foretell(data, directory, number);
      }
      run(data, "status");
    } catch (IOException e) {
      System.err.println("the training goes on without a rollback: " + e);
    } finally {
      Quarkus.asyncExit(0);
    }
  }

  /// Lets automation switch a resource away, and waits until its link has followed.
  private static void foretell(Path data, Path directory, int number) throws IOException {
    String name = "foretold" + number;
    run(data, "shadow", name, "--wait", "--timeout", "30s");
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // more than the clock tolerance
    Instant onset = Instant.now();
    run(
        data,
        "emit",
        "failure-predicted",
        "--body",
        """
        {"resource": "%s", "onset": "%s", "at": "%s", "confidence": 0.9, "evidence": ["training"]}
        """
            .formatted(name, onset, onset.plusSeconds(60)));
    Path primary = directory.resolve(name);
    Path link = directory.resolve(name + "-link");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SWITCH_SECONDS);
    while (System.nanoTime() < end && Files.readSymbolicLink(link).equals(primary)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private static void run(Path data, String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("--data", data.toString()));
    StackMain.run(command.toArray(String[]::new));
  }

  private static String catalogue(Path directory, Path site) throws IOException {
    StringBuilder catalogue =
        new StringBuilder(
            """
            clockTolerance: 1ms
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
                .formatted(site));
    for (int number = 0; number < FORETOLD; number++) {
      Path primary = Files.createDirectory(directory.resolve("foretold" + number));
      Files.writeString(primary.resolve("file"), "content");
      catalogue.append(
          """
            - name: foretold%1$d
              kind: directory
              cell: east
              location: "%2$s"
              shadow: { cell: west, type: full, replica: "%2$s-copy" }
              actuators: [{ symlink: "%2$s-link" }]
              rollback: switch
              automation: auto
              allowAdvisoryFence: true
          """
              .formatted(number, primary));
    }
    return catalogue.toString();
  }
}
