package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentFileTest {
  @TempDir Path directory;

  private ExperimentFile.Loaded load(String text) throws IOException {
    Path file = directory.resolve("slow.yaml");
    Files.writeString(file, text);
    return ExperimentFile.load(file);
  }

  @Test
  void aFileIsAnExperiment() throws Exception {
    var valid =
        (ExperimentFile.Loaded.Valid)
            load(
                """
                name: east answers late
                lasts: 2m
                trouble: { kind: latency, cell: east, delay: 300ms, share: 0.5 }
                expect: { moves: [site], switches: 2, merit: 0.5, settles: 3m, noticed: 1m }
                cluster: { namespace: gnomon, labels: { app: minio-east } }
                """);
    Experiment experiment = valid.experiment("fresh", "me");
    assertThat(experiment.id()).isEqualTo("fresh");
    assertThat(experiment.trouble())
        .isEqualTo(new Trouble.Latency(new CellName("east"), Duration.ofMillis(300), 0.5));
    assertThat(experiment.lasts()).isEqualTo(Duration.ofMinutes(2));
    assertThat(experiment.expected().moves()).contains(List.of(new ResourceName("site")));
    assertThat(experiment.expected().noticed()).contains(Duration.ofMinutes(1));
    assertThat(valid.cluster().orElseThrow().labels()).containsEntry("app", "minio-east");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ kind: latncy }                             | 3:18: error: trouble.kind: expected latency | errors",
        "{ kind: latency, cell: east }                | 3:10: error: trouble: delay: expected a value because the kind is latency, found none",
        "{ kind: latency, cell: east, delay: 1h }     | trouble.delay: expected more than nothing up to 30 s, found 3600 s",
        "{ kind: dead-redis, cell: east }             | 3:36: error: trouble.cell: expected nothing because the kind is dead-redis, found a value",
        "{ kind: lost-events, share: 2 }              | trouble.share: expected a number above 0, at most 1, found the number 2",
        "{ kind: clock-skew, cell: east }             | expected one of ahead and behind, found neither",
        "{ kind: clock-skew, cell: east, ahead: 11m } | expected more than nothing up to 600 s",
        "{ kind: partition, cel: east }               | did you mean 'cell'?",
      })
  void mistakesAreNamedWithTheirPlace(String trouble, String said) throws Exception {
    assertThat(load("name: x\nlasts: 2m\ntrouble: " + trouble + "\n").toString())
        .contains("slow.yaml")
        .contains(said.split(" \\| ")[0]);
  }

  @Test
  void anExperimentHasToEnd() throws Exception {
    assertThat(load("name: x\ntrouble: { kind: dead-redis }\n").toString())
        .contains("expected the key 'lasts', found none");
    assertThat(load("name: x\nlasts: 31m\ntrouble: { kind: dead-redis }\n").toString())
        .contains("slow.yaml:2:8: error: lasts: expected more than nothing up to PT30M");
    assertThat(ExperimentFile.load(directory.resolve("no.yaml")).toString())
        .contains("there is no such file");
  }
}
