package dev.gnomon.filesystem.actuators;

import dev.gnomon.core.actuators.Actuator;
import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.routes.Route;
import dev.gnomon.filesystem.programs.ProgramRunner;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Runs a program that applies the route. It finds the route in its environment: `GNOMON_RESOURCE`,
/// `GNOMON_EPOCH`, `GNOMON_STATE` (serving or frozen), `GNOMON_PRIMARY_CELL`,
/// `GNOMON_PRIMARY_PATH`, `GNOMON_FENCED` (none, advisory or enforced); its working directory is
/// `/`. Exit code 0 means done. It may be run again for the same epoch, and never runs for a
/// smaller one after a greater.
public final class CommandActuator implements Actuator<ActuatorSpec.Command> {
  private final AppliedEpochs epochs;
  private final ProgramRunner programs;

  public CommandActuator(AppliedEpochs epochs, ProgramRunner programs) {
    this.epochs = epochs;
    this.programs = programs;
  }

  @Override
  public Applied apply(ActuatorSpec.Command spec, Resource resource, Route route) {
    String words = String.join(" ", spec.argv());
    try {
      return epochs.inTurn(
          "command " + resource.name() + " " + words,
          route.epoch(),
          () -> run(spec, route, words),
          Applied.Outdated::new);
    } catch (UncheckedIOException | Unavailable e) {
      return new Applied.Failed("command '" + words + "': " + e.getMessage(), true);
    }
  }

  private Applied run(ActuatorSpec.Command spec, Route route, String words) {
    Map<String, String> environment =
        Map.of(
            "GNOMON_RESOURCE", route.resource().value(),
            "GNOMON_EPOCH", route.epoch().toString(),
            "GNOMON_STATE", lower(route.state()),
            "GNOMON_PRIMARY_CELL", route.primary().cell().value(),
            "GNOMON_PRIMARY_PATH", route.primary().path(),
            "GNOMON_FENCED", lower(route.fenced()));
    Optional<String> failure =
        programs.run(spec.argv(), Path.of("/"), environment, spec.timeout()).failure();
    return failure.isEmpty()
        ? new Applied.Done()
        : new Applied.Failed("command '" + words + "' " + failure.get(), true);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
