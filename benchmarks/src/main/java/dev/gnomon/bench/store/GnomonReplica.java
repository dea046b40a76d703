package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.ServingProgram;
import dev.gnomon.bench.work.TreeDigest;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Ours: `gnomon replica`, once as a whole process that brings a replica up to date, then following
/// a steady writer.
final class GnomonReplica implements Contestant {
  private static final String NAME = "gnomon replica";
  private static final Duration WRITING = Duration.ofSeconds(30);
  private static final int SEEDS_EACH = 10;
  private static final String WRITTEN = ".written-by-bench";

  private final Gnomon gnomon;
  private final Ground ground;
  private final Duration writing;
  private int round;

  GnomonReplica(Gnomon gnomon, Ground ground) {
    this(gnomon, ground, WRITING);
  }

  GnomonReplica(Gnomon gnomon, Ground ground, Duration writing) {
    this.gnomon = gnomon;
    this.ground = ground;
    this.writing = writing;
  }

  @Override
  public Readings round(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    ground.ready();
    Path replica = directory.resolve("replica");
    ReplicaSync sync =
        new ReplicaSync(
            NAME,
            ground,
            (from, to) -> gnomon.run(directory, "replica", from.toString(), to.toString()));
    ProgramRun run = sync.run(replica, (long) round * SEEDS_EACH);
    round++;
    Followed followed = follow(directory, replica);
    double peak = Math.max(run.peakMebibytes().orElse(0), followed.peakMebibytes());
    return Readings.NONE
        .with(StoreMeasures.FULL_SYNC, run.seconds())
        .with(StoreMeasures.FULL_LAG, followed.lags().median())
        .with(StoreMeasures.FULL_LAG_P99, followed.lags().p99())
        .with(StoreMeasures.PEAK_MEMORY, peak);
  }

  private record Followed(Lags lags, double peakMebibytes) {}

  private Followed follow(Path directory, Path replica)
      throws RoundFailedException, IOException, InterruptedException {
    Path tree = ground.tree();
    Path written = Files.createDirectory(tree.resolve(WRITTEN));
    List<String> words =
        List.of("replica", tree.toString(), replica.toString(), "--follow", "--json");
    try (ServingProgram follower =
        gnomon.workplace().serve(gnomon.program(directory, Map.of(), words))) {
      Lags lags =
          new SteadyWriter(written, replica.resolve(WRITTEN), follower::requireRunning)
              .run(writing);
      follower.close();
      Ground.requireEqual(NAME + " --follow", TreeDigest.of(tree), replica);
      return new Followed(lags, follower.peakMebibytes().orElse(0));
    } finally {
      Trees.delete(written);
    }
  }
}
