package dev.gnomon.local.it;

import static dev.gnomon.local.it.LiveBucket.attributes;
import static dev.gnomon.local.it.LiveBucket.content;
import static dev.gnomon.local.it.LiveBucket.json;
import static dev.gnomon.local.it.LiveBucket.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.local.stack.Packaged;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The S3 server of a cell ends, with the data and the points that are on it: what two probes can't
/// reach is left, and served from the other cell's server.
class LostServerProcessIT {
  private static final String CATALOGUE =
      """
      cells:
        - name: east
          store: { url: "EAST/east", accessKeyEnv: DATA_ACCESS, secretKeyEnv: DATA_SECRET }
        - name: west
          store: { url: "WEST/west", accessKeyEnv: DATA_ACCESS, secretKeyEnv: DATA_SECRET }
      control: { cell: west }
      resources:
        - name: data
          kind: s3-prefix
          cell: east
          location: EAST/assets
          accessKeyEnv: DATA_ACCESS
          secretKeyEnv: DATA_SECRET
          priority: critical
          shadow: { cell: west, type: full }
          rollback: switch
          actuators: [{ command: [sh, -c, "echo $GNOMON_STATE $GNOMON_PRIMARY_PATH >> DIR/applied"] }]
          automation: auto
          allowAdvisoryFence: true
      """;

  @TempDir Path directory;

  private static void probe(Scene scene, Map<String, String> environment, String vantage)
      throws Exception {
    List<String> words = new ArrayList<>(Packaged.java());
    words.addAll(List.of("probe", "--from", vantage, "--cell", "east", "--once"));
    words.addAll(List.of("--patience", "2s", "--config", scene.config.toString()));
    words.addAll(List.of("--data", scene.data.toString()));
    ProcessBuilder command = new ProcessBuilder(words).redirectErrorStream(true);
    command.environment().putAll(environment);
    Process process = command.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    assertThat(said).contains("east");
  }

  @Test
  void dataOfAServerThatHasEndedIsServedFromTheOtherCell() throws Exception {
    try (DataServer east = DataServer.ofFiles(directory.resolve("east"));
        DataServer west = DataServer.ofFiles(directory.resolve("west"));
        S3Buckets buckets = LiveBucket.buckets(Versions.COPY, east.environment())) {
      Bucket assets = buckets.open(east.below("assets"));
      S3Prefix served = west.below("west/serving/data/000001");
      for (int i = 0; i < 25; i++) {
        put(assets, "dir/object %02d".formatted(i), "good " + i, attributes("text/x-" + i, "web"));
      }
      SortedMap<String, String> good = content(assets);
      Scene scene =
          Scene.of(
              directory.resolve("scene"),
              CATALOGUE
                  .replace("EAST", east.bucket().toString())
                  .replace("WEST", west.bucket().toString()));
      try (RunningStack stack = RunningStack.start(scene, east.environment())) {
        json(scene, "shadow", "data", "--wait");
        probe(scene, east.environment(), "one");
        probe(scene, east.environment(), "two");

        east.close();
        for (int round = 0; round < 3; round++) {
          probe(scene, east.environment(), "one");
          probe(scene, east.environment(), "two");
        }

        stack.await("/routes/data", "epoch", "2", "3");
        Path applied = scene.directory.resolve("applied");
        Patience.await()
            .untilAsserted(
                () -> assertThat(Files.readString(applied)).endsWith("serving " + served + "\n"));
        assertThat(content(buckets.open(served))).isEqualTo(good);
        JsonNode status = json(scene, "status").at("/resources/0/route/primary");
        assertThat(status.path("path").asText()).isEqualTo(served.toString());
        String decisions = stack.find("/decisions?resource=data").orElseThrow().toString();
        assertThat(decisions).contains("ROLLED_BACK", "from one", "from two");
      }
    }
  }
}
