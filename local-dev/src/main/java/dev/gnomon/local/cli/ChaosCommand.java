package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.TroubleForm;
import dev.gnomon.events.ChaosRequested;
import dev.gnomon.local.cli.Console.Style;
import dev.gnomon.yaml.ExperimentFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `chaos run | list | show | stop | render`: trouble that is made on purpose.
@Command(
    name = "chaos",
    description = "Makes trouble on purpose, for a bounded time, and says what came of it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(run | list | show | stop | render)")
final class ChaosCommand implements Runnable {
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(1);
  private static final Set<String> GOING = Set.of("asked", "running", "settling");

  @Spec private CommandSpec spec = CommandSpec.create();

  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new ChaosCommand())
        .addSubcommand(new Run(top))
        .addSubcommand(new Listing(top))
        .addSubcommand(new Show(top))
        .addSubcommand(new Stop(top))
        .addSubcommand(new Render(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse(
        "which of %s?".formatted(String.join(", ", spec.subcommands().keySet())));
  }

  /// @throws Failure after all mistakes were shown
  private static ExperimentFile.Loaded.Valid load(Gnomon top, Path file) {
    return switch (ExperimentFile.load(file)) {
      case ExperimentFile.Loaded.Valid valid -> valid;
      case ExperimentFile.Loaded.Invalid invalid -> {
        invalid.errors().forEach(error -> top.console.hint(error.toString()));
        throw Failure.wrongUse(
            "%s is no experiment: %d mistakes".formatted(file, invalid.errors().size()));
      }
    };
  }

  /// Such as `east-answers-late-1f0c2d3e`.
  private static String freshId(String name) {
    String slug =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    return (slug.isEmpty() ? "experiment" : slug.substring(0, Math.min(60, slug.length())))
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  private static int shown(Gnomon top, JsonNode line) {
    if (top.console.json()) {
      top.console.value(line);
    } else {
      ChaosView.one(top.console, line);
    }
    return Set.of("failed", "stopped", "refused").contains(line.path("state").asText())
        ? Failure.FAILED
        : 0;
  }

  @Command(name = "run", description = "Begins an experiment.", mixinStandardHelpOptions = true)
  static final class Run implements Callable<Integer> {
    private final Gnomon top;

    @Parameters(paramLabel = "FILE", description = "The experiment; docs/OPERATIONS.md has one.")
    private Path file = Path.of("");

    @Option(
        names = "--wait",
        description = "Waits for its outcome; the exit code is 1 unless it passed.")
    private boolean wait;

    @Option(
        names = "--cluster",
        description = "Makes the trouble on a cluster with Chaos Mesh, by kubectl, and waits.")
    private boolean cluster;

    @Option(
        names = "--kubectl",
        paramLabel = "PROGRAM",
        description = "With --cluster: the kubectl to use (default: kubectl).")
    private String kubectl = "kubectl";

    Run(Gnomon top) {
      this.top = top;
    }

    @Override
    public Integer call() {
      ExperimentFile.Loaded.Valid valid = load(top, file);
      String id = valid.id().orElseGet(() -> freshId(valid.name()));
      StackApi stack = StackApi.of(top.options.data());
      if (!stack.chaos().path("allowed").asBoolean()) {
        throw Failure.failed(
            "experiments are not allowed here: expected `chaos: {allowed: true}` in gnomon.yaml");
      }
      if (cluster) {
        return new ClusterRun(top.console, stack, kubectl).run(id, valid);
      }
      EventSender.of(top.options.data()).send(event(id, valid));
      JsonNode begun =
          await(stack, id, Set.of("asked"), BEGINS_WITHIN)
              .orElseThrow(() ->
                  Failure.timedOut(
                      "experiment %s has not begun; see gnomon chaos show %s".formatted(id, id)));
      if (!wait) {
        return shown(top, begun);
      }
      Duration patience = valid.lasts().plus(valid.expected().settles()).plus(BEGINS_WITHIN);
      return shown(
          top,
          await(stack, id, GOING, patience)
              .orElseThrow(
                  () -> Failure.timedOut("experiment %s has no outcome yet".formatted(id))));
    }

    private static Optional<JsonNode> await(
        StackApi stack, String id, Set<String> not, Duration patience) {
      return Waiting.until(
          patience,
          () -> stack.experiment(id).filter(line -> !not.contains(line.path("state").asText())));
    }

    private static ChaosRequested event(String id, ExperimentFile.Loaded.Valid valid) {
      TroubleForm form = valid.form();
      Expected expected = valid.expected();
      return new ChaosRequested(
          id,
          valid.name(),
          new ChaosRequested.Trouble(
              form.kind(),
              form.cell(),
              form.delay(),
              form.share(),
              form.ahead(),
              form.behind(),
              form.after(),
              form.times(),
              form.within()),
          valid.lasts(),
          Optional.of(
              new ChaosRequested.Expect(
                  expected.moves().map(moves -> moves.stream().map(Object::toString).toList()),
                  Optional.of(expected.switches()),
                  Optional.of(expected.merit()),
                  Optional.of(expected.settles()),
                  expected.noticed())),
          Optional.ofNullable(System.getProperty("user.name")).filter(name -> !name.isBlank()));
    }
  }

  @Command(
      name = "list",
      description = "Lists experiments, the newest first.",
      mixinStandardHelpOptions = true)
  static final class Listing implements Runnable {
    private final Gnomon top;

    Listing(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      JsonNode overview = StackApi.of(top.options.data()).chaos();
      if (top.console.json()) {
        top.console.value(overview);
      } else {
        ChaosView.list(top.console, overview);
      }
    }
  }

  @Command(
      name = "show",
      description = "Shows one experiment and what came of it.",
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    private final Gnomon top;

    @Parameters(paramLabel = "ID", description = "As 'gnomon chaos list' shows it.")
    private String id = "";

    Show(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      var unused = shown(top, found(top, id));
    }
  }

  private static JsonNode found(Gnomon top, String id) {
    return StackApi.of(top.options.data())
        .experiment(Names.checked(id, Experiment::checkedId))
        .orElseThrow(() -> Failure.failed("there is no experiment " + id));
  }

  @Command(
      name = "stop",
      description = "Ends an experiment early; its trouble is over within a second.",
      mixinStandardHelpOptions = true)
  static final class Stop implements Runnable {
    private final Gnomon top;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "As 'gnomon chaos list' shows it.")
    private @Nullable String id;

    @Option(names = "--all", description = "Whatever goes on.")
    private boolean all;

    Stop(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      if ((id == null) != all) {
        throw Failure.wrongUse("expected an ID or --all");
      }
      Optional<String> wanted = Optional.ofNullable(id);
      wanted.ifPresent(one -> found(top, one));
      JsonNode stopped = StackApi.of(top.options.data()).stopExperiment(wanted);
      if (top.console.json()) {
        top.console.value(stopped);
      } else if (stopped.path("stopped").isEmpty()) {
        top.console.line(wanted.map(one -> one + " has ended already").orElse("nothing goes on"));
      } else {
        stopped
            .path("stopped")
            .forEach(one -> top.console.line(Style.PLAIN, one.asText() + " is stopped"));
      }
    }
  }

  @Command(
      name = "render",
      description = "Prints the Chaos Mesh objects of an experiment.",
      mixinStandardHelpOptions = true)
  static final class Render implements Runnable {
    private final Gnomon top;

    @Parameters(paramLabel = "FILE", description = "The experiment, with a key cluster.")
    private Path file = Path.of("");

    Render(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      ExperimentFile.Loaded.Valid valid = load(top, file);
      List<String> objects =
          ChaosMesh.objects(valid.id().orElseGet(() -> freshId(valid.name())), valid);
      top.console.block(String.join("---\n", objects));
    }
  }
}
