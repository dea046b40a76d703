package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.local.cli.Console.Style;
import dev.gnomon.yaml.ExperimentFile.Loaded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// Makes an experiment's trouble with Chaos Mesh: applies its objects by kubectl, waits, and takes
/// them back, also when this command is ended or all is paused. They end by themselves too, by
/// their duration. What holds of other experiments holds of this: where trouble may be made, one at
/// a time, and a rollback that fails meanwhile fails it.
final class ClusterRun {
  private static final Duration KUBECTL = Duration.ofMinutes(1);
  private static final int MAX_SAID = 10_000;

  private final Console console;
  private final StackApi stack;
  private final String kubectl;
  private final Duration patience;

  ClusterRun(Console console, StackApi stack, String kubectl) {
    this(console, stack, kubectl, KUBECTL);
  }

  ClusterRun(Console console, StackApi stack, String kubectl, Duration patience) {
    this.console = console;
    this.stack = stack;
    this.kubectl = kubectl;
    this.patience = patience;
  }

  /// @return the exit code: 0 if it was steady before and after, and the trouble was taken back
  int run(String id, Loaded.Valid experiment) {
    String objects = String.join("---\n", ChaosMesh.objects(id, experiment));
    double merit = experiment.expected().merit();
    refuse(experiment.form().trouble().cell(), merit);
    Set<String> failedBefore = failedRollbacks();
    Thread revert = new Thread(() -> lastTry(objects));
    Runtime.getRuntime().addShutdownHook(revert);
    boolean paused = false;
    Optional<RuntimeException> wrong = Optional.empty();
    try {
      // What is applied may have been taken, whatever kubectl says of it.
      kubectl(objects, "apply", "-f", "-");
      console.line("%s: trouble is made on the cluster for %s".formatted(id, experiment.lasts()));
      paused =
          Waiting.until(experiment.lasts(), () -> isPaused() ? Optional.of(true) : Optional.empty())
              .isPresent();
    } catch (RuntimeException e) {
      wrong = Optional.of(e);
    }
    var unused = Thread.interrupted(); // It is taken back all the same.
    try {
      kubectl(objects, "delete", "--ignore-not-found", "-f", "-");
    } catch (Failure e) {
      throw Failure.failed("FAILED: the trouble could not be taken back: " + e.text());
    }
    Runtime.getRuntime().removeShutdownHook(revert);
    if (wrong.isPresent()) {
      throw wrong.get();
    }
    Set<String> failed = failedRollbacks();
    failed.removeAll(failedBefore);
    if (!failed.isEmpty()) {
      throw Failure.failed("FAILED: a rollback failed: " + String.join(", ", failed));
    }
    if (paused) {
      throw Failure.failed("STOPPED: all automatic action was paused");
    }
    boolean steady =
        Waiting.until(
                experiment.expected().settles(),
                () -> against(merit).isEmpty() ? Optional.of(true) : Optional.empty())
            .isPresent();
    if (!steady) {
      throw Failure.failed(
          "FAILED: not steady after it: " + against(merit).orElse("it was for a moment only"));
    }
    console.line(Style.GOOD, id + ": PASSED: steady before and after");
    return 0;
  }

  private void refuse(Optional<CellName> cell, double merit) {
    JsonNode overview = stack.chaos();
    Set<String> cells = new HashSet<>();
    overview.path("cells").forEach(one -> cells.add(one.asText()));
    if (cell.isPresent() && !cells.contains(cell.get().value())) {
      throw Failure.failed(
          "REFUSED: experiments are not allowed in cell %s: expected one of %s"
              .formatted(cell.get(), cells));
    }
    if (overview.hasNonNull("going")) {
      throw Failure.failed(
          "REFUSED: experiment %s goes on: one at a time"
              .formatted(Safe.text(overview.path("going").asText())));
    }
    if (isPaused()) {
      throw Failure.failed("REFUSED: automation is paused (gnomon resume)");
    }
    Optional<String> before = against(merit);
    if (before.isPresent()) {
      throw Failure.failed("REFUSED: not steady before it: " + before.get());
    }
  }

  /// A stack that can't be asked is not known to be paused: it may be what is in trouble.
  private boolean isPaused() {
    try {
      return stack.status().path("paused").asBoolean();
    } catch (Failure e) {
      return false;
    }
  }

  private Set<String> failedRollbacks() {
    Set<String> failed = new TreeSet<>();
    for (JsonNode one : stack.status().path("rollbacks")) {
      if (one.path("state").asText().equals("FAILED")) {
        failed.add(Safe.text(one.path("rollback").asText()));
      }
    }
    return failed;
  }

  /// When this command is ended, and once more where a revert failed.
  private void lastTry(String objects) {
    try {
      kubectl(objects, "delete", "--ignore-not-found", "-f", "-");
    } catch (Failure e) {
      console.hint("the trouble ends by its duration: " + e.text());
    }
  }

  private static String text(Path said) throws IOException {
    try (InputStream in = Files.newInputStream(said)) {
      return new String(in.readNBytes(MAX_SAID), StandardCharsets.UTF_8).strip();
    }
  }

  private Optional<String> against(double merit) {
    JsonNode against = stack.notSteady(merit).path("against");
    return against.isEmpty() ? Optional.empty() : Optional.of(against.get(0).asText());
  }

  private void kubectl(String objects, String... words) {
    List<String> command = new ArrayList<>(List.of(kubectl));
    command.addAll(List.of(words));
    try {
      Path given = Files.createTempFile("gnomon-", ".json");
      Path said = Files.createTempFile("gnomon-", ".out");
      try {
        Files.writeString(given, objects);
        // By files: nobody waits for a pipe that something else holds open.
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(given.toFile())
                .redirectOutput(said.toFile())
                .start();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw Failure.failed("kubectl %s did not end within %s".formatted(words[0], patience));
        }
        if (process.exitValue() != 0) {
          throw Failure.failed("kubectl %s failed: %s".formatted(words[0], text(said)));
        }
      } finally {
        Files.deleteIfExists(given);
        Files.deleteIfExists(said);
      }
    } catch (IOException e) {
      throw Failure.failed("kubectl can't be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }
}
