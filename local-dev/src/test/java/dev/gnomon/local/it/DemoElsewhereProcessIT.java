package dev.gnomon.local.it;

import static dev.gnomon.local.it.LiveBucket.content;
import static dev.gnomon.local.it.LiveBucket.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.local.stack.Packaged;
import dev.gnomon.s3.S3Buckets;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `gnomon demo --target`: on a Gnomon that it did not start.
class DemoElsewhereProcessIT {
  private static final String CATALOGUE =
      """
      cells:
        - name: east
        - name: west
      resources:
        - name: orders
          kind: s3-prefix
          cell: east
          location: ADDRESS
          accessKeyEnv: DATA_ACCESS
          secretKeyEnv: DATA_SECRET
          shadow: { cell: west, type: differential }
          allowAdvisoryFence: true
      """;

  @TempDir Path directory;
  private Scene scene;
  private DataServer server;
  private S3Prefix place;

  @AfterEach
  void end() {
    if (server != null) {
      server.close();
    }
  }

  private void on(DataServer given) throws Exception {
    server = given;
    place = server.below("orders");
    scene = Scene.of(directory.resolve("scene"), CATALOGUE.replace("ADDRESS", place.toString()));
  }

  private Process start(RunningStack stack, String prefix) throws Exception {
    var addresses = stack.addresses();
    List<String> words = new ArrayList<>(Packaged.java());
    words.addAll(
        List.of(
            "demo",
            "--target",
            addresses.get("broker").asText(),
            "--api",
            addresses.get("api").asText(),
            "--prefix",
            prefix));
    ProcessBuilder command = new ProcessBuilder(words).redirectErrorStream(true);
    Map<String, String> keys = server.environment();
    command.environment().put("AWS_ACCESS_KEY_ID", keys.get("DATA_ACCESS"));
    command.environment().put("AWS_SECRET_ACCESS_KEY", keys.get("DATA_SECRET"));
    return command.start();
  }

  private Shell demo(RunningStack stack, String prefix) throws Exception {
    Process process = start(stack, prefix);
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Shell(process.waitFor(), said, said);
  }

  @Test
  void itRollsBackAPrefixThereTwiceAndLeavesNothing() throws Exception {
    on(DataServer.ofFiles(directory));
    itPassesTwice();
  }

  @Test
  void itDoesSoOnAMinio() throws Exception {
    on(DataServer.minio(getClass()));
    itPassesTwice();
  }

  private void itPassesTwice() throws Exception {
    try (RunningStack stack = RunningStack.start(scene, server.environment());
        S3Buckets buckets = LiveBucket.buckets(Versions.COPY, server.environment())) {
      Bucket bucket = buckets.open(place);

      Shell first = demo(stack, place.toString());
      Shell second = demo(stack, place.toString());

      assertThat(first.code()).as(first.out()).isZero();
      assertThat(first.out())
          .contains("14 objects damaged", "the rollback was undone", "the demo passed");
      assertThat(second.code()).as(second.out()).isZero();
      assertThat(content(bucket)).isEmpty();
    }
  }

  @Test
  void endedByASignalItRemovesWhatItMadeAndSaysSo() throws Exception {
    on(DataServer.ofFiles(directory));
    try (RunningStack stack = RunningStack.start(scene, server.environment());
        S3Buckets buckets = LiveBucket.buckets(Versions.COPY, server.environment())) {
      Process process = start(stack, place.toString());
      StringBuilder said = new StringBuilder();
      try (BufferedReader lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          said.append(line).append('\n');
          if (line.contains("objects lie below")) {
            process.toHandle().destroy(); // which leaves its output open
          }
        }
      }

      assertThat(process.waitFor()).isEqualTo(143);
      assertThat(said)
          .contains("STOPPED: nothing of the demo is left below " + place)
          .doesNotContain("gnomon: ");
      assertThat(content(buckets.open(place))).isEmpty();

      Shell next = demo(stack, place.toString());
      assertThat(next.code()).as(next.out()).isZero();
    }
  }

  @Test
  void itTouchesNoObjectsOfOthersAndNoOtherPlace() throws Exception {
    on(DataServer.ofFiles(directory));
    try (RunningStack stack = RunningStack.start(scene, server.environment());
        S3Buckets buckets = LiveBucket.buckets(Versions.COPY, server.environment())) {
      Bucket bucket = buckets.open(place);
      put(bucket, "somebody's", "valuable", Attributes.NONE);

      Shell refused = demo(stack, place.toString());
      Shell elsewhere = demo(stack, server.below("another").toString());

      assertThat(refused.code()).as(refused.out()).isEqualTo(2);
      assertThat(refused.out()).contains("that no demo made");
      assertThat(elsewhere.code()).as(elsewhere.out()).isEqualTo(2);
      assertThat(elsewhere.out()).contains("is served from " + place);
      assertThat(content(bucket)).containsOnlyKeys("somebody's");
    }
  }
}
