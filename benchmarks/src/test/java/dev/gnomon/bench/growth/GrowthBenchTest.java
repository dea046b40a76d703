package dev.gnomon.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.RealGnomon;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowthBenchTest {
  @TempDir Path directory;

  @Test
  void measuresEachStepOfTheSizesThatAreWanted() throws Exception {
    String path = System.getenv("PATH");
    try (Workplace workplace = Workplace.in(directory, path)) {
      RealGnomon.in(workplace, directory);
      Setting setting =
          new Setting(
              directory,
              Optional.empty(),
              Map.of(),
              path,
              workplace,
              Set.of("first-600"),
              Optional.empty(),
              false);

      Contest contest = new GrowthBench(List.of(500, 600)).prepare(setting);
      Map<String, Double> values = contest.ours().round(workplace.fresh("round")).values();

      assertThat(contest.measures())
          .extracting(measure -> measure.name())
          .containsOnly("first-600");
      assertThat(values)
          .containsOnlyKeys(
              "first-600",
              "first-memory-600",
              "unchanged-600",
              "unchanged-memory-600",
              "restore-600",
              "restore-memory-600");
      assertThat(values.get("first-600")).isPositive();
    }
  }

  @Test
  void hasATargetForTheGrowthOfMemory() {
    assertThat(new GrowthBench().parts()).contains("memory-growth", "restore-memory-1000000");
    assertThat(new GrowthBench(List.of(1_000)).parts()).doesNotContain("memory-growth");
  }
}
