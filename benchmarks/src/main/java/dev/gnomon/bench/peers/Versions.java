package dev.gnomon.bench.peers;

import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Asks a peer's program for its version: it answers `NAME VERSION ...`.
final class Versions {
  private Versions() {}

  /// @throws RoundFailedException if it can't be run or says something else
  static String of(Workplace workplace, Path directory, String name, Path program, String question)
      throws RoundFailedException, InterruptedException {
    ProgramRun run =
        workplace
            .run(new Program(List.of(program.toString(), question), directory, Map.of()))
            .succeeded();
    String[] words = run.output().strip().split("\\s+");
    if (words.length < 2 || !words[0].equals(name)) {
      throw new RoundFailedException(
          "'%s %s' answered without its name and version".formatted(name, question));
    }
    return words[1];
  }
}
