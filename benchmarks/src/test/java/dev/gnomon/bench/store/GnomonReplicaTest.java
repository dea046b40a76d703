package dev.gnomon.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gnomon.bench.work.RealGnomon;
import dev.gnomon.bench.work.TreeDigest;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GnomonReplicaTest {
  @TempDir Path directory;

  @Test
  void measuresASyncAndTheLagOfAReplicaThatFollows() throws Exception {
    assumeThat(Path.of("/proc/sys/fs/inotify")).as("only Linux tells changes").exists();
    Path pristine = Files.createDirectory(directory.resolve("pristine"));
    for (int i = 0; i < 150; i++) {
      Files.writeString(pristine.resolve("f" + i), "content " + i);
    }
    Path tree = Files.createDirectory(directory.resolve("tree"));
    try (Workplace workplace = Workplace.in(directory, System.getenv("PATH"))) {
      Ground ground = Ground.of(pristine, tree);
      GnomonReplica replica =
          new GnomonReplica(RealGnomon.in(workplace, directory), ground, Duration.ofSeconds(1));

      Map<String, Double> values = replica.round(workplace.fresh("round")).values();

      assertThat(values)
          .containsKeys(
              StoreMeasures.FULL_SYNC,
              StoreMeasures.FULL_LAG,
              StoreMeasures.FULL_LAG_P99,
              StoreMeasures.PEAK_MEMORY);
      assertThat(values.get(StoreMeasures.FULL_LAG)).isPositive();
      assertThat(ground.digest().differenceTo(TreeDigest.of(tree))).isEmpty();
    }
  }
}
