package dev.gnomon.bench.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Ours: `gnomon shadow --store` and `gnomon restore --store`, each a cold process.
final class GnomonStore implements Contender {
  private static final String RESOURCE = "bench";

  private final Workplace workplace;
  private final Path launcher;
  private final Place place;

  GnomonStore(Workplace workplace, Path launcher, Place place) {
    this.workplace = workplace;
    this.launcher = launcher;
    this.place = place;
  }

  /// Lets the launcher build what is not built yet, and record what such commands load, so that no
  /// round does.
  void warmUp(Path directory) throws RoundFailedException, InterruptedException {
    run(directory, Map.of(), "--version");
    run(directory, Map.of(), "restore", "--store", "file:none", "--help");
  }

  @Override
  public Repository begin(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    return new Store(directory, place.open(directory));
  }

  private ProgramRun run(Path directory, Map<String, String> environment, String... arguments)
      throws RoundFailedException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of(launcher.toString()));
    argv.addAll(List.of(arguments));
    return workplace.run(new Program(argv, directory, environment)).succeeded();
  }

  private final class Store implements Repository {
    private final Path directory;
    private final Place.Opened opened;
    private String newest = "";

    Store(Path directory, Place.Opened opened) {
      this.directory = directory;
      this.opened = opened;
    }

    @Override
    public ProgramRun backup(Path tree) throws RoundFailedException, InterruptedException {
      ProgramRun run =
          run(
              directory,
              opened.credentials(),
              "shadow",
              "--json",
              "--store",
              opened.gnomonUrl(),
              "--path",
              tree.toString(),
              "--resource",
              RESOURCE);
      try {
        JsonNode point = Json.MAPPER.readTree(run.output());
        newest = point.path("id").asText();
      } catch (JsonProcessingException e) {
        throw new RoundFailedException("gnomon shadow --json wrote something else than JSON");
      }
      if (!newest.startsWith(RESOURCE + "@")) {
        throw new RoundFailedException("gnomon shadow named no point");
      }
      return run;
    }

    @Override
    public long storedBytes() throws RoundFailedException, IOException, InterruptedException {
      return opened.storedBytes();
    }

    @Override
    public Optional<ProgramRun> rollback(Path tree, boolean trustStat)
        throws RoundFailedException, InterruptedException {
      return Optional.of(
          trustStat
              ? restore(tree, "--allow-deletes", "--trust-stat")
              : restore(tree, "--allow-deletes"));
    }

    @Override
    public ProgramRun restore(Path to) throws RoundFailedException, InterruptedException {
      return restore(to, "--allow-deletes");
    }

    private ProgramRun restore(Path to, String... options)
        throws RoundFailedException, InterruptedException {
      List<String> words =
          new ArrayList<>(
              List.of(
                  "restore",
                  "--store",
                  opened.gnomonUrl(),
                  "--point",
                  newest,
                  "--to",
                  to.toString()));
      words.addAll(List.of(options));
      return run(directory, opened.credentials(), words.toArray(String[]::new));
    }

    @Override
    public OptionalDouble unchangedInService(Path tree)
        throws RoundFailedException, IOException, InterruptedException {
      return OptionalDouble.of(new WarmService(opened).secondsOfUnchanged(tree, RESOURCE));
    }

    @Override
    public OptionalDouble sync(Path tree, Path replica)
        throws RoundFailedException, IOException, InterruptedException {
      return OptionalDouble.of(new WarmService(opened).secondsOfSync(tree, replica, RESOURCE));
    }
  }
}
