package dev.gnomon.local.it;

import static dev.gnomon.local.it.LiveBucket.attributes;
import static dev.gnomon.local.it.LiveBucket.content;
import static dev.gnomon.local.it.LiveBucket.json;
import static dev.gnomon.local.it.LiveBucket.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.s3.S3Buckets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Full shadows as plain objects, by commands, on real S3 servers: a prefix is switched to its
/// replica and back, a directory is served to readers.
class ServedProcessIT {
  private static final String CATALOGUE =
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
          shadow: { cell: west, type: full }
          rollback: switch
          actuators: [{ command: [sh, -c, "echo $GNOMON_STATE $GNOMON_PRIMARY_PATH >> DIR/applied"] }]
          automation: auto
          allowAdvisoryFence: true
        - name: site
          kind: directory
          cell: east
          location: SITE
          shadow: { cell: west, type: full }
      """;

  @TempDir Path directory;

  private void wholeWay(S3Prefix base, Map<String, String> environment) throws Exception {
    try (S3Buckets buckets = LiveBucket.buckets(Versions.COPY, environment)) {
      Bucket assets = buckets.open(S3Prefix.of(base + "/assets"));
      Bucket data = buckets.open(S3Prefix.of(base + "/west/serving/data/000001"));
      Bucket site = buckets.open(S3Prefix.of(base + "/west/serving/site/000001"));
      for (int i = 0; i < 25; i++) {
        put(assets, "dir/object %02d".formatted(i), "good " + i, attributes("text/x-" + i, "web"));
      }
      SortedMap<String, String> good = content(assets);
      Scene scene =
          Scene.of(directory.resolve("scene"), CATALOGUE.replace("BASE", base.toString()));
      Files.writeString(scene.site.resolve("bell\u0007and!\\"), "escaped");

      try (RunningStack stack = RunningStack.start(scene, environment)) {
        json(scene, "update", "begin", "deploy-1", "--resource", "data", "--wait");
        assertThat(content(data)).isEqualTo(good);
        put(assets, "dir/object 03", "bad", attributes("text/bad", "hacker"));
        put(assets, "dir/added", "added", Attributes.NONE);
        assets.writer().delete(List.of("dir/object 04"));
        SortedMap<String, String> bad = content(assets);

        JsonNode rollback = json(scene, "rollback", "--update", "deploy-1", "--wait");

        assertThat(rollback.at("/resources/0/state").asText()).isEqualTo("SERVING");
        assertThat(Files.readString(scene.directory.resolve("applied")))
            .endsWith("serving " + data.place() + "\n");
        assertThat(content(assets)).as("the old primary is as it was").isEqualTo(bad);
        assertThat(content(data)).isEqualTo(good);
        assertThat(json(scene, "status").at("/resources/0/route/primary/path").asText())
            .isEqualTo(data.place().toString());

        put(data, "dir/object 07", "written there", attributes("text/x-7", "web"));
        json(scene, "undo", "deploy-1-r1", "--wait");

        assertThat(content(assets)).isEqualTo(bad);
        assertThat(Files.readString(scene.directory.resolve("applied")))
            .endsWith("serving " + assets.place() + "\n");
        directory(scene, site);
        assertThat(stack.output()).doesNotContain("ERROR");
      }
    }
  }

  private static void directory(Scene scene, Bucket site) throws Exception {
    json(scene, "shadow", "site", "--wait");
    SortedMap<String, String> served = content(site);
    assertThat(served).hasSize(43).containsKey("bell!07and!21!5C").containsKey("d4/file-39.txt");
    assertThat(served.get("big.bin")).contains("mode=100640");
    Files.writeString(scene.site.resolve("d1/file-1.txt"), "changed");
    Files.delete(scene.site.resolve("d2/file-2.txt"));
    Files.writeString(scene.site.resolve("d3/added.txt"), "added");
    Files.writeString(scene.site.resolve("name with ünïcode and space"), "y");

    json(scene, "shadow", "site", "--wait");

    SortedMap<String, String> changed = content(site);
    assertThat(changed.get("d1/file-1.txt")).startsWith("changed ");
    assertThat(changed.get("name with ünïcode and space")).startsWith("y ");
    assertThat(changed).doesNotContainKey("d2/file-2.txt").containsKey("d3/added.txt");
    Shell status = scene.gnomon("status");
    assertThat(status.out())
        .contains("NOT SERVED", site.place().toString(), "to-big (a symbolic link)");
  }

  @Test
  void serverThatKeepsObjectsAsFiles() throws Exception {
    try (DataServer server = DataServer.ofFiles(directory)) {
      wholeWay(server.bucket(), server.environment());
    }
  }

  @Test
  void minio() throws Exception {
    try (DataServer server = DataServer.minio(ServedProcessIT.class)) {
      wholeWay(server.bucket(), server.environment());
    }
  }
}
