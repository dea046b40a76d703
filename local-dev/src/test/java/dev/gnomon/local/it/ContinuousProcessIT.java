package dev.gnomon.local.it;

import static dev.gnomon.local.it.LiveBucket.attributes;
import static dev.gnomon.local.it.LiveBucket.content;
import static dev.gnomon.local.it.LiveBucket.json;
import static dev.gnomon.local.it.LiveBucket.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replicas that follow, in a real stack: of a directory by its events, of a prefix on real S3
/// servers by notifications that are posted to the stack.
class ContinuousProcessIT {
  private static final String PREFIX =
      """
      cells:
        - name: east
        - name: west
          store: { url: "BASE/west", accessKeyEnv: DATA_ACCESS, secretKeyEnv: DATA_SECRET }
      control: { cell: east }
      resources:
        - name: data
          kind: s3-prefix
          cell: east
          location: BASE/assets
          accessKeyEnv: DATA_ACCESS
          secretKeyEnv: DATA_SECRET
          shadow: { cell: west, type: full, every: continuous }
      """;

  private static final String DIRECTORY =
      """
      cells:
        - name: east
        - name: west
      resources:
        - name: site
          kind: directory
          cell: east
          location: SITE
          shadow: { cell: west, type: full, every: continuous, replica: DIR/replica }
      """;

  /// By comparisons alone it would take minutes.
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  private static JsonNode shadow(Scene scene) throws Exception {
    return json(scene, "status").at("/resources/0/shadows/0");
  }

  private static void awaitFollowing(Scene scene) {
    Patience.await().until(() -> shadow(scene).at("/follows/state").asText().equals("following"));
  }

  private static void assertShown(RunningStack stack, Scene scene, String resource)
      throws Exception {
    JsonNode shadow = shadow(scene);
    assertThat(shadow.at("/holds/event").asText()).isEqualTo("FOLLOWING");
    assertThat(shadow.at("/follows/events").asBoolean()).isTrue();
    assertThat(shadow.at("/follows/batches").asLong()).isPositive();
    for (String field : List.of("lag", "median", "p99", "max")) {
      assertThat(Duration.parse(shadow.at("/follows/" + field).asText()))
          .as(field)
          .isBetween(Duration.ZERO, Duration.ofMinutes(5));
    }
    assertThat(stack.get("/q/metrics").body())
        .containsPattern(
            "gnomon_replica_lag_seconds\\{.*resource=\"%s\".*\\} [0-9]".formatted(resource));
    Shell status = scene.gnomon("status");
    assertThat(status.out()).containsPattern(resource + " +west +following +[0-9.]+s +[0-9.]+s");
    assertThat(stack.output()).doesNotContain("ERROR");
  }

  @Test
  void aReplicaOfADirectoryFollowsAndItsLagIsShown() throws Exception {
    Scene scene = Scene.of(directory.resolve("scene"), DIRECTORY);
    Path replica = scene.directory.resolve("replica/000001");
    try (RunningStack stack = RunningStack.start(scene)) {
      awaitFollowing(scene);
      Files.writeString(scene.site.resolve("written"), "a moment ago");

      Patience.await()
          .until(() ->
              Files.exists(replica.resolve("written"))
                  && Files.readString(replica.resolve("written")).equals("a moment ago"));

      Patience.await().until(() -> shadow(scene).at("/follows/batches").asLong() > 0);
      assertShown(stack, scene, "site");
    }
  }

  private void follows(S3Prefix base, Map<String, String> environment) throws Exception {
    try (S3Buckets buckets = LiveBucket.buckets(Versions.COPY, environment)) {
      Bucket assets = buckets.open(S3Prefix.of(base + "/assets"));
      Bucket served = buckets.open(S3Prefix.of(base + "/west/serving/data/000001"));
      for (int i = 0; i < 25; i++) {
        put(assets, "dir/object %02d".formatted(i), "good " + i, attributes("text/x-" + i, "web"));
      }
      Scene scene = Scene.of(directory.resolve("scene"), PREFIX.replace("BASE", base.toString()));
      try (RunningStack stack = RunningStack.start(scene, environment)) {
        awaitFollowing(scene);
        assertThat(content(served)).isEqualTo(content(assets));
        assertThat(shadow(scene).at("/follows/warning").asText()).contains("no notification");

        put(assets, "dir/object 03", "changed", attributes("text/new", "web"));
        put(assets, "dir/added", "added", attributes("text/new", "web"));
        assets.writer().delete(List.of("dir/object 04"));
        long began = System.nanoTime();
        notify(stack, assets.place(), "dir/object+03", "dir/added", "dir/object+04");

        Patience.await()
            .ignoreException(NoSuchElementException.class) // deleted between a list and a look
            .until(() -> content(served).equals(content(assets)));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        Patience.await().until(() -> shadow(scene).at("/follows/batches").asLong() > 0);
        System.out.printf(
            "a notification arrived in serving after %d ms, shown as %s%n",
            took.toMillis(), shadow(scene).at("/follows/max").asText());
        assertThat(took).isLessThan(SOON);
        assertThat(Duration.parse(shadow(scene).at("/follows/max").asText())).isLessThan(SOON);
        assertShown(stack, scene, "data");
      }
    }
  }

  private static void notify(RunningStack stack, S3Prefix place, String... keys) throws Exception {
    StringBuilder records = new StringBuilder();
    for (String key : keys) {
      records
          .append(records.isEmpty() ? "" : ",")
          .append(
              "{\"eventSource\":\"minio:s3\",\"eventName\":\"s3:ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"%s\"},\"object\":{\"key\":\"%s\"}}}"
                  .formatted(place.bucket(), (place.prefix() + key).replace("/", "%2F")));
    }
    var answer =
        stack.post("/bucket-notifications", "application/json", "{\"Records\":[" + records + "]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  @Test
  void aNotificationOnAServerThatKeepsObjectsAsFiles() throws Exception {
    try (DataServer server = DataServer.ofFiles(directory)) {
      follows(server.bucket(), server.environment());
    }
  }

  @Test
  void aNotificationOnMinio() throws Exception {
    try (DataServer server = DataServer.minio(ContinuousProcessIT.class)) {
      follows(server.bucket(), server.environment());
    }
  }
}
