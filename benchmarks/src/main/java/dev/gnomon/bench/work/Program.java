package dev.gnomon.bench.work;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A command as a user types it.
///
/// @param argv program and arguments; not interpreted by a shell
/// @param directory where it runs
/// @param environment variables set beside the inherited ones
public record Program(List<String> argv, Path directory, Map<String, String> environment) {
  public Program {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a program needs at least its name");
    }
  }

  /// Its name and what it was asked to do, for messages: no directories, no options.
  public String title() {
    String name = String.valueOf(Path.of(argv.getFirst()).getFileName());
    return argv.size() > 1 && !argv.get(1).startsWith("-") ? name + " " + argv.get(1) : name;
  }
}
