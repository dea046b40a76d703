package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;
import dev.gnomon.yaml.ExperimentFile.Loaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Makes an experiment's trouble with Chaos Mesh: applies its objects by kubectl, waits, and takes
/// them back, also when this command is ended. They end by themselves too, by their duration.
final class ClusterRun {
  private static final Duration KUBECTL = Duration.ofMinutes(1);

  private final Console console;
  private final StackApi stack;
  private final String kubectl;

  ClusterRun(Console console, StackApi stack, String kubectl) {
    this.console = console;
    this.stack = stack;
    this.kubectl = kubectl;
  }

  /// @return the exit code: 0 if it was steady before and after, and the trouble was taken back
  int run(String id, Loaded.Valid experiment) {
    String objects = String.join("---\n", ChaosMesh.objects(id, experiment));
    double merit = experiment.expected().merit();
    Optional<String> before = against(merit);
    if (before.isPresent()) {
      throw Failure.failed("REFUSED: not steady before it: " + before.get());
    }
    kubectl(objects, "apply", "-f", "-");
    Thread revert = new Thread(() -> lastTry(objects));
    Runtime.getRuntime().addShutdownHook(revert);
    console.line("%s: trouble is made on the cluster for %s".formatted(id, experiment.lasts()));
    try {
      TimeUnit.NANOSECONDS.sleep(experiment.lasts().toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      kubectl(objects, "delete", "--ignore-not-found", "-f", "-");
    } catch (Failure e) {
      throw Failure.failed("FAILED: the trouble could not be taken back: " + e.text());
    }
    Runtime.getRuntime().removeShutdownHook(revert);
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

  /// When this command is ended, and once more where a revert failed.
  private void lastTry(String objects) {
    try {
      kubectl(objects, "delete", "--ignore-not-found", "-f", "-");
    } catch (Failure e) {
      console.hint("the trouble ends by its duration: " + e.text());
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
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var out = process.getOutputStream()) {
        out.write(objects.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(process.getInputStream().readNBytes(10_000), StandardCharsets.UTF_8);
      if (!process.waitFor(KUBECTL.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw Failure.failed("kubectl %s did not end within %s".formatted(words[0], KUBECTL));
      }
      if (process.exitValue() != 0) {
        throw Failure.failed("kubectl %s failed: %s".formatted(words[0], said.strip()));
      }
    } catch (IOException e) {
      throw Failure.failed("kubectl can't be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }
}
