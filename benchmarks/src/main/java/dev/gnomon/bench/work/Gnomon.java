package dev.gnomon.bench.work;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Ours, as a user starts it.
///
/// @param launcher of the checkout; absolute
public record Gnomon(Workplace workplace, Path launcher) {

  /// Runs a command to its end.
  ///
  /// @throws RoundFailedException if it failed
  public ProgramRun run(Path directory, String... words)
      throws RoundFailedException, InterruptedException {
    return run(directory, Map.of(), List.of(words));
  }

  public ProgramRun run(Path directory, Map<String, String> environment, List<String> words)
      throws RoundFailedException, InterruptedException {
    return workplace.run(program(directory, environment, words)).succeeded();
  }

  /// Lets the launcher build what is not built yet, and record what commands on a store load, so
  /// that nothing that is measured does.
  public void warmUp(Path directory) throws RoundFailedException, InterruptedException {
    run(directory, "--version");
    run(directory, "restore", "--store", "file:none", "--help");
  }

  public Program program(Path directory, Map<String, String> environment, List<String> words) {
    List<String> argv = new ArrayList<>(List.of(launcher.toString()));
    argv.addAll(words);
    return new Program(argv, directory, environment);
  }
}
