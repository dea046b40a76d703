package dev.gnomon.filesystem.programs;

import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Hooks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs checks and hooks as programs, their working directory the tree they are about. A check
/// finds its name in `GNOMON_CHECK` and the tree in `GNOMON_TREE`; a hook finds the tree in
/// `GNOMON_SOURCE`.
public final class ProgramChecks implements Check {
  private final ProgramRunner programs;

  public ProgramChecks(ProgramRunner programs) {
    this.programs = programs;
  }

  @Override
  public Optional<String> run(CheckSpec check, Path tree) {
    Map<String, String> environment =
        Map.of("GNOMON_CHECK", check.name(), "GNOMON_TREE", tree.toString());
    return programs
        .run(check.argv(), tree, environment, check.timeout())
        .failure()
        .map(failure -> "check '" + check.name() + "' " + failure);
  }

  @Override
  public Optional<String> hook(List<String> argv, Hooks hooks, Path source) {
    if (argv.isEmpty()) {
      return Optional.empty();
    }
    return programs
        .run(argv, source, Map.of("GNOMON_SOURCE", source.toString()), hooks.timeout())
        .failure()
        .map(failure -> "hook '" + String.join(" ", argv) + "' " + failure);
  }
}
