package dev.gnomon.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Benchmark;

class MicroBenchTest {
  @TempDir Path directory;

  @Test
  void everyMeasureNamesBenchmarksThatAreThere() throws Exception {
    for (MicroMeasure measure : MicroMeasure.ALL) {
      for (String name : List.of(measure.ours(), measure.bound())) {
        String[] method = name.split(":")[0].split("\\.");
        Class<?> benchmarks = Class.forName(getClass().getPackageName() + "." + method[0]);
        assertThat(benchmarks.getMethod(method[1]).isAnnotationPresent(Benchmark.class))
            .as(name)
            .isTrue();
      }
    }
  }

  @Test
  void jmhRunsThemAndTellsTheirScores() throws Exception {
    try (Workplace workplace = Workplace.in(directory, System.getenv("PATH"))) {
      Map<String, Double> scores =
          new Jmh(workplace, workplace.fresh("jmh")).run(List.of("MemoryReads.two:1000"));

      assertThat(scores).containsOnlyKeys("MemoryReads.two:1000");
      assertThat(scores.values()).allMatch(score -> score > 1000);
    }
  }

  @Test
  void namesAreUnique() {
    Stream<String> names = MicroMeasure.ALL.stream().map(MicroMeasure::name);

    assertThat(names).doesNotHaveDuplicates();
  }
}
