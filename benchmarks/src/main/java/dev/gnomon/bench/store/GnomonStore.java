package dev.gnomon.bench.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Ours: `gnomon shadow --store` and `gnomon restore --store`, each a cold process.
final class GnomonStore implements Contender {
  private static final String RESOURCE = "bench";

  private final Gnomon gnomon;
  private final Place place;

  GnomonStore(Gnomon gnomon, Place place) {
    this.gnomon = gnomon;
    this.place = place;
  }

  @Override
  public Repository begin(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    return new Store(directory, place.open(directory));
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
          gnomon.run(
              directory,
              opened.credentials(),
              List.of(
                  "shadow",
                  "--json",
                  "--store",
                  opened.gnomonUrl(),
                  "--path",
                  tree.toString(),
                  "--resource",
                  RESOURCE));
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
      return gnomon.run(directory, opened.credentials(), words);
    }

    @Override
    public OptionalDouble unchangedInService(Path tree)
        throws RoundFailedException, IOException, InterruptedException {
      return OptionalDouble.of(new WarmService(opened).secondsOfUnchanged(tree, RESOURCE));
    }
  }
}
