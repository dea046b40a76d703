package dev.gnomon.bench.peers;

import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// rustic, a backup program in Rust for restic's repositories; it restores in place.
public final class Rustic {
  public static final String NAME = "rustic";

  private final PeerProgram program;

  private Rustic(PeerProgram program) {
    this.program = program;
  }

  /// The one that the user gave, else the one on the PATH.
  public static Optional<Rustic> find(Setting setting) {
    return PeerProgram.find(NAME, setting).map(Rustic::new);
  }

  /// Such as `0.11.4`.
  ///
  /// @throws RoundFailedException if it can't be run
  public String version(Path directory) throws RoundFailedException, InterruptedException {
    return program.version(directory, "--version");
  }

  /// Makes an empty repository.
  ///
  /// @param directory where it may keep all that it needs
  /// @param place variables that name it
  public Repository repository(Path directory, Map<String, String> place)
      throws RoundFailedException, IOException, InterruptedException {
    Map<String, String> environment = new LinkedHashMap<>(place);
    environment.put("RUSTIC_PASSWORD", UUID.randomUUID().toString());
    environment.put("RUSTIC_CACHE_DIR", directory.resolve("cache").toString());
    Repository repository = new Repository(environment);
    repository.run(directory, "init");
    return repository;
  }

  /// A repository with its key.
  public final class Repository {
    private final Map<String, String> environment;

    private Repository(Map<String, String> environment) {
      this.environment = environment;
    }

    /// Backs up all of a directory.
    public ProgramRun backup(Path tree) throws RoundFailedException, InterruptedException {
      return run(tree, "backup", ".");
    }

    /// Restores all of the last backup.
    ///
    /// @param to made by this if it is not there
    /// @param directory where it runs
    /// @param options such as `--delete`
    public ProgramRun restore(Path directory, Path to, String... options)
        throws RoundFailedException, InterruptedException {
      List<String> arguments = new ArrayList<>(List.of(options));
      arguments.addAll(List.of("latest", to.toString()));
      return run(directory, "restore", arguments.toArray(String[]::new));
    }

    private ProgramRun run(Path directory, String job, String... arguments)
        throws RoundFailedException, InterruptedException {
      List<String> words = new ArrayList<>(List.of("--no-progress", "--log-level", "error", job));
      words.addAll(List.of(arguments));
      return program.run(directory, environment, words);
    }
  }
}
