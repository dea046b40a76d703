package dev.gnomon.bench.peers;

import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeSize;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// restic, a backup program: encrypted, content-addressed repositories in a directory.
public final class Restic {
  public static final String NAME = "restic";

  private final PeerProgram program;

  private Restic(PeerProgram program) {
    this.program = program;
  }

  /// The one that the user gave, else the one on the PATH.
  public static Optional<Restic> find(Setting setting) {
    return PeerProgram.find(NAME, setting).map(Restic::new);
  }

  /// Such as `0.14.0`.
  ///
  /// @throws RoundFailedException if it can't be run
  public String version(Path directory) throws RoundFailedException, InterruptedException {
    return program.version(directory, "version");
  }

  /// Makes an empty repository.
  ///
  /// @param directory where it may keep all that it needs
  public Repository repository(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    return repository(directory, directory.resolve("repository").toString(), Map.of());
  }

  /// Makes an empty repository.
  ///
  /// @param directory where it may keep all that it needs
  /// @param url of the repository
  /// @param credentials variables of the environment that the URL needs
  public Repository repository(Path directory, String url, Map<String, String> credentials)
      throws RoundFailedException, InterruptedException {
    Map<String, String> environment = new LinkedHashMap<>(credentials);
    environment.put("RESTIC_REPOSITORY", url);
    environment.put("RESTIC_PASSWORD", UUID.randomUUID().toString());
    environment.put("RESTIC_CACHE_DIR", directory.resolve("cache").toString());
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
    /// @param to made by this
    public ProgramRun restore(Path to)
        throws RoundFailedException, IOException, InterruptedException {
      Files.createDirectory(to);
      return run(to, "restore", "latest", "--target", to.toString());
    }

    /// Restores all of the last backup.
    ///
    /// @param to made by this
    /// @param expected what has to be there afterwards
    public ProgramRun restore(Path to, TreeSize expected)
        throws RoundFailedException, IOException, InterruptedException {
      ProgramRun run = restore(to);
      TreeSize restored = Trees.size(to);
      if (!restored.equals(expected)) {
        throw new RoundFailedException(
            "restic restored %d files with %d bytes, expected %d with %d"
                .formatted(restored.files(), restored.bytes(), expected.files(), expected.bytes()));
      }
      return run;
    }

    private ProgramRun run(Path directory, String job, String... arguments)
        throws RoundFailedException, InterruptedException {
      List<String> words = new ArrayList<>(List.of(job, "--quiet"));
      words.addAll(List.of(arguments));
      return program.run(directory, environment, words);
    }
  }
}
