package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.local.servers.CellBucket;
import dev.gnomon.local.servers.EmbeddedS3;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cell whose store is an S3 server that refuses, is not there, or goes away; it holds the
/// control store too unless a test says otherwise.
class StoreFaultsProcessIT {
  private static final CellBucket BUCKET =
      CellBucket.of(new CellName("west"), "the-access-key", "the-secret-key");

  /// It has keys but was never made.
  private static final CellBucket MISSING =
      CellBucket.of(new CellName("missing"), "another-access-key", "the-secret-key");

  private static final String CATALOGUE =
      """
      cells:
        - name: east
        - name: west
          store: { url: "URL" }
      control: { cell: CONTROL }
      resources:
        - name: site
          kind: directory
          cell: east
          location: SITE
          shadow: { cell: west, type: differential, every: 1h }
          rollback: restore
          automation: auto
          allowAdvisoryFence: true
      """;

  @TempDir Path directory;
  private EmbeddedS3 s3;
  private Wire wire;

  @BeforeEach
  void serve() throws Exception {
    Path buckets = Files.createDirectories(directory.resolve("s3"));
    Files.createDirectories(buckets.resolve("west"));
    s3 = EmbeddedS3.start(buckets, List.of(BUCKET, MISSING));
    wire = new Wire(s3.endpoint());
  }

  @AfterEach
  void stop() throws Exception {
    wire.close();
    s3.close();
    Scene.unfence(directory);
  }

  private Scene scene(String bucket, String control) throws Exception {
    return Scene.of(
        directory.resolve("scene"),
        CATALOGUE
            .replace("URL", "s3+http://" + wire.hostAndPort() + "/" + bucket + "/gnomon")
            .replace("CONTROL", control));
  }

  private static Map<String, String> keys(CellBucket bucket, String secret) {
    return Map.of("AWS_ACCESS_KEY_ID", bucket.accessKey(), "AWS_SECRET_ACCESS_KEY", secret);
  }

  private static void ok(Shell shell) {
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
  }

  private static String refusal(Scene scene, CellBucket bucket, String secret) throws Exception {
    try (RunningStack stack = RunningStack.launch(scene, keys(bucket, secret))) {
      assertThat(stack.awaitEnd()).isEqualTo(1);
      assertThat(scene.data.resolve("gnomon.json")).doesNotExist();
      return stack.output();
    }
  }

  @Test
  void wrongCredentialsAreNamedAtStart() throws Exception {
    String said = refusal(scene("west", "west"), BUCKET, "wrong");
    assertThat(said)
        .contains("bucket west")
        .contains("SignatureDoesNotMatch")
        .doesNotContain("the-secret-key");
  }

  @Test
  void aMissingBucketIsNamedAtStart() throws Exception {
    String said = refusal(scene("missing", "west"), MISSING, MISSING.secretKey());
    assertThat(said).contains("bucket missing").contains("NoSuchBucket");
  }

  @Test
  void aShadowStoreThatIsAwayForSecondsIsWaitedFor() throws Exception {
    away("east", this::triedInVain);
  }

  @Test
  void aControlStoreThatIsAwayForSecondsIsWaitedFor() throws Exception {
    away("west", this::triedInVain);
  }

  @Tag("long")
  @Test
  void aControlStoreThatIsAwayForAMinuteIsWaitedFor() throws Exception {
    away("west", scene -> changesNothingFor(Duration.ofSeconds(70), scene));
  }

  /// What has to be seen before the store is there again.
  private interface Outage {
    void lasts(Scene scene) throws Exception;
  }

  /// More often than one call of the store is repeated by itself.
  private void triedInVain(Scene scene) {
    int before = wire.refused();
    Patience.await().until(() -> wire.refused() >= before + 2 * Retries.Limits.STANDARD.attempts());
  }

  private void changesNothingFor(Duration time, Scene scene) throws Exception {
    SortedMap<String, String> stands = scene.content();
    Patience.await()
        .pollInterval(Duration.ofSeconds(1))
        .during(time)
        .until(() -> scene.content().equals(stands));
  }

  private void away(String control, Outage outage) throws Exception {
    Scene scene = scene("west", control);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene, keys(BUCKET, BUCKET.secretKey()))) {
      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
      scene.damage();
      SortedMap<String, String> bad = scene.content();

      wire.cut();
      assertThat(
              stack.event(
                  "while-away", "rollback-requested", "{\"updateId\":\"u1\",\"by\":\"person\"}"))
          .isEqualTo(202);
      // Routes are answered from the index meanwhile, if it is not too busy to answer in time.
      assertThat(stack.await("/routes/site", "resource", "site").path("epoch").asLong())
          .isEqualTo(1);
      outage.lasts(scene);
      assertThat(scene.content()).isEqualTo(bad);

      wire.mend();
      Patience.await()
          .until(() ->
              stack
                  .find("/rollbacks/u1-r1")
                  .map(one -> one.path("state").asText())
                  .orElse("")
                  .equals("SERVING"));
      assertThat(scene.content()).isEqualTo(good);
      assertThat(stack.deadLetters()).isEmpty();
    }
  }

  @Test
  void aCommandSaysThatTheStoreIsAway() throws Exception {
    Scene scene = scene("west", "west");
    try (RunningStack stack = RunningStack.start(scene, keys(BUCKET, BUCKET.secretKey()))) {
      ok(scene.gnomon("shadow", "site", "--wait"));
      wire.cut();
      Shell asked = scene.gnomon("status");
      assertThat(asked.code()).isEqualTo(1);
      assertThat(asked.err()).contains("bucket west").contains("given up after");
      Shell rollback = scene.gnomon("rollback", "--resource", "site", "--wait", "--timeout", "3s");
      assertThat(rollback.code()).isIn(1, 3);
      wire.mend();
      ok(scene.gnomon("status"));
      assertThat(stack.find("/routes/site").orElseThrow().path("epoch").asLong()).isEqualTo(1);
    }
  }
}
