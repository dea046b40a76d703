package dev.gnomon.bench.peers;

import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.Executables;
import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The program of a peer on this machine.
///
/// @param name of the peer, and of its program
public record PeerProgram(String name, Path path, Workplace workplace) {

  /// The one that the user gave, else the one on the PATH.
  public static Optional<PeerProgram> find(String name, Setting setting) {
    return Optional.ofNullable(setting.peerPrograms().get(name))
        .or(() -> Executables.find(name, setting.searchPath()))
        .map(path -> new PeerProgram(name, path, setting.workplace()));
  }

  /// The word after its name in what it answers, or after `version`.
  ///
  /// @param question such as `--version`
  /// @throws RoundFailedException if it can't be run or says something else
  public String version(Path directory, String question)
      throws RoundFailedException, InterruptedException {
    List<String> words =
        List.of(run(directory, Map.of(), List.of(question)).output().strip().split("\\s+"));
    int at = words.size() > 1 && words.get(1).equals("version") ? 2 : 1;
    if (words.size() <= at || !words.getFirst().equals(name)) {
      throw new RoundFailedException(
          "'%s %s' answered without its name and version".formatted(name, question));
    }
    return words.get(at);
  }

  /// Runs it to its end.
  ///
  /// @throws RoundFailedException if it failed
  ProgramRun run(Path directory, Map<String, String> environment, List<String> arguments)
      throws RoundFailedException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of(path.toString()));
    argv.addAll(arguments);
    return workplace.run(new Program(argv, directory, environment)).succeeded();
  }
}
