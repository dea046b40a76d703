package dev.gnomon.local.it;

import static dev.gnomon.local.it.LiveBucket.attributes;
import static dev.gnomon.local.it.LiveBucket.content;
import static dev.gnomon.local.it.LiveBucket.json;
import static dev.gnomon.local.it.LiveBucket.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.local.stack.Packaged;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.verification.buckets.S3TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way of a resource that is a prefix of a bucket, by commands, on real S3 servers.
class PrefixProcessIT {
  private static final String CATALOGUE =
      """
      cells:
        - name: east
        - name: west
      resources:
        - name: data
          kind: s3-prefix
          cell: east
          location: ADDRESS
          accessKeyEnv: DATA_ACCESS
          secretKeyEnv: DATA_SECRET
          shadow: { cell: west, type: differential, every: 1h }
          versions: auto
          writer: WRITER
          automation: auto
          allowAdvisoryFence: true
      """;

  @TempDir Path directory;

  /// @param fenced what the fence has to be
  private void wholeWay(
      S3Prefix place,
      Credentials keys,
      Map<String, String> environment,
      String writer,
      String fenced)
      throws Exception {
    try (S3Buckets buckets = LiveBucket.buckets(Versions.AUTO, keys, environment)) {
      Bucket bucket = buckets.open(place);
      for (int i = 0; i < 25; i++) {
        put(bucket, "dir/object %02d".formatted(i), "good " + i, attributes("text/x-" + i, "web"));
      }
      SortedMap<String, String> good = content(bucket);
      Scene scene =
          Scene.of(
              directory.resolve("scene"),
              CATALOGUE.replace("ADDRESS", place.toString()).replace("WRITER", writer));

      try (RunningStack stack = RunningStack.start(scene, environment)) {
        JsonNode update =
            json(scene, "update", "begin", "deploy-1", "--resource", "data", "--wait");
        assertThat(update.path("state").asText()).isEqualTo("READY");
        put(bucket, "dir/object 03", "bad", attributes("text/bad", "hacker"));
        put(bucket, "dir/object 05", "good 5", attributes("text/bad", "hacker"));
        put(bucket, "dir/added", "added", Attributes.NONE);
        bucket.writer().delete(List.of("dir/object 04"));
        SortedMap<String, String> bad = content(bucket);

        JsonNode plan = json(scene, "rollback", "--update", "deploy-1", "--dry-run");
        assertThat(plan.toString()).contains("dir/added");
        assertThat(content(bucket)).isEqualTo(bad);
        JsonNode rollback = json(scene, "rollback", "--update", "deploy-1", "--wait");
        assertThat(rollback.at("/resources/0/state").asText()).isEqualTo("SERVING");
        assertThat(content(bucket)).isEqualTo(good);

        json(scene, "undo", "deploy-1-r1", "--wait");
        assertThat(content(bucket)).isEqualTo(bad);

        JsonNode status = json(scene, "status").at("/resources/0");
        assertThat(status.path("kind").asText()).isEqualTo("s3-prefix");
        assertThat(status.path("location").asText()).isEqualTo(place.toString());
        assertThat(Files.readString(evidence(scene))).contains("\"fenced\":\"" + fenced + "\"");
        assertThat(json(scene, "points", "list")).isNotEmpty();
        assertThat(stack.output()).doesNotContain("ERROR");
      }
      withoutTheStack(scene, place, bucket, environment);
    }
  }

  /// With nothing but the store and credentials.
  private static void withoutTheStack(
      Scene scene, S3Prefix place, Bucket bucket, Map<String, String> environment)
      throws Exception {
    List<String> words = new ArrayList<>(Packaged.java());
    words.addAll(List.of("restore", "--store", "file:" + scene.data.resolve("cells/west")));
    words.addAll(List.of("--point", "data@1", "--to", place.toString()));
    ProcessBuilder command = new ProcessBuilder(words).redirectErrorStream(true);
    command.environment().put("GNOMON_BUCKET_ACCESS_KEY", environment.get("DATA_ACCESS"));
    command.environment().put("GNOMON_BUCKET_SECRET_KEY", environment.get("DATA_SECRET"));
    Process process = command.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("data@1 is in " + place);
    assertThat(content(bucket)).doesNotContainKey("dir/added").containsKey("dir/object 04");
  }

  /// The record of the first rollback's fence.
  private static Path evidence(Scene scene) throws Exception {
    try (var files = Files.walk(scene.data)) {
      return files
          .filter(path -> path.toString().contains("rollbacks/data/") && path.endsWith("fenced"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void serverWithoutVersionsAndPolicies() throws Exception {
    try (DataServer server = DataServer.ofFiles(directory)) {
      wholeWay(
          server.below("assets"),
          new Credentials("DATA_ACCESS", "DATA_SECRET"),
          server.environment(),
          "{ accessKeyEnv: DATA_ACCESS, secretKeyEnv: DATA_SECRET }",
          "advisory");
    }
  }

  @Test
  void serverWithVersionsAndPolicies() throws Exception {
    S3TestServer server = S3TestServer.required("PrefixProcessIT");
    String bucket = "whole-way-" + UUID.randomUUID();
    server.versionedBucket(bucket);
    DataServer data = DataServer.of(server, bucket);
    wholeWay(
        data.below("assets"),
        new Credentials("DATA_ACCESS", "DATA_SECRET"),
        data.environment(),
        "{ anonymous: true }",
        "enforced");
  }
}
