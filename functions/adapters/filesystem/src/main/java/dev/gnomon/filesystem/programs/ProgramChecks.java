package dev.gnomon.filesystem.programs;

import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs checks and hooks as programs. Their working directory is the tree they are about, or `/` if
/// that is a prefix of a bucket. A check finds its name in `GNOMON_CHECK` and the tree in
/// `GNOMON_TREE`; a hook finds the tree in `GNOMON_SOURCE`.
public final class ProgramChecks implements Check {
  private final ProgramRunner programs;

  public ProgramChecks(ProgramRunner programs) {
    this.programs = programs;
  }

  @Override
  public Optional<String> run(CheckSpec check, Place tree) {
    Map<String, String> environment =
        Map.of("GNOMON_CHECK", check.name(), "GNOMON_TREE", tree.toString());
    return programs
        .run(check.argv(), workingDirectory(tree), environment, check.timeout())
        .failure()
        .map(failure -> "check '" + check.name() + "' " + failure);
  }

  @Override
  public Optional<String> hook(List<String> argv, Hooks hooks, Place source) {
    if (argv.isEmpty()) {
      return Optional.empty();
    }
    return programs
        .run(
            argv,
            workingDirectory(source),
            Map.of("GNOMON_SOURCE", source.toString()),
            hooks.timeout())
        .failure()
        .map(failure -> "hook '" + String.join(" ", argv) + "' " + failure);
  }

  private static Path workingDirectory(Place place) {
    return switch (place) {
      case Place.Directory directory -> directory.path();
      case S3Prefix prefix -> Path.of("/");
    };
  }
}
