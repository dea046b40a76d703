package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From samples to a resource that is served from its shadow, repaired, and home again: the
/// packaged stack from outside. What ends with a probe or a missing series is tried as well.
class ForetoldFailureProcessIT {
  private static final Duration GROWTH = Duration.ofSeconds(90);

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  private Scene scene(String mode, String automation, String more) throws IOException {
    return Scene.of(
        directory,
        """
        cells:
          - name: east
          - name: west
        resources:
          - name: site
            kind: directory
            cell: east
            location: SITE
            priority: critical
            shadow: { cell: west, type: full, replica: DIR/replica }
            actuators: [{ symlink: DIR/current }]
            rollback: MODE
            automation: AUTOMATION
            limits: { maxDeletePercent: 100 }
            MORE
        clockTolerance: 1ms
        telemetry:
          rules:
            - { match: { job: "shop*" }, resource: site }
        """
            .replace("MODE", mode)
            .replace("AUTOMATION", automation)
            .replace("MORE", more));
  }

  private static final String ADVISORY = "allowAdvisoryFence: true";

  /// A point, and then damage that only telemetry tells of.
  private static void pointThenDamage(Scene scene) throws Exception {
    var shell = scene.gnomon("shadow", "site", "--wait");
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
    Instant point = Instant.now();
    Patience.await().until(() -> Instant.now().isAfter(point.plusMillis(50)));
    scene.damage();
  }

  private static boolean decided(RunningStack stack, String action) {
    try {
      return stack.find("/decisions?resource=site").stream()
          .flatMap(found -> found.findValuesAsText("action").stream())
          .anyMatch(action::equals);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long epoch(RunningStack stack) throws Exception {
    return stack.find("/routes/site").orElseThrow().path("epoch").asLong();
  }

  private static JsonNode decisions(RunningStack stack) throws Exception {
    return stack.find("/decisions?resource=site").orElseThrow().path("decisions");
  }

  /// The newest decision with this action.
  private static JsonNode decision(RunningStack stack, String action) throws Exception {
    for (JsonNode one : decisions(stack)) {
      if (one.path("action").asText().equals(action)) {
        return one;
      }
    }
    throw new AssertionError("no decision " + action);
  }

  @Test
  void samplesThatGrowWorseSwitchRepairAndReturnAndExplainSaysWhy() throws Exception {
    Scene scene = scene("switch-and-restore", "auto", ADVISORY);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      Telemetry shop = new Telemetry(stack, "shop-1");
      shop.calm();
      pointThenDamage(scene);

      boolean acted = shop.grows(GROWTH, () -> decided(stack, "ROLLED_BACK"));

      assertThat(acted).as("%s", stack.find("/decisions?resource=site")).isTrue();
      JsonNode decision = decision(stack, "ROLLED_BACK");
      String rollback = decision.path("rollback").asText();
      stack.await("/rollbacks/" + rollback, "state", "SERVING");
      assertThat(scene.content()).isEqualTo(good);
      String explained = scene.gnomon("explain", decision.path("id").asText()).out();
      assertThat(explained).contains("probability", "shipped-", "errors.", "west:site@1");
      assertThat(Scene.content(scene.site)).isEqualTo(good);
      assertThat(Kills.pointsOf(stack, "site", "undo")).isNotEmpty();
      Kills.assertNothingTwice(scene, stack, "site");
    }
  }

  @Test
  void aStackThatDiesRightAfterTheFenceGoesOnByItself() throws Exception {
    Scene scene = scene("switch-and-restore", "auto", ADVISORY);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene, Map.of("GNOMON_HALT_AFTER", "fence"))) {
      Telemetry shop = new Telemetry(stack, "shop-1");
      shop.calm();
      pointThenDamage(scene);
      try {
        var unused = shop.grows(GROWTH, () -> !stack.alive());
      } catch (IOException gone) {
        assertThat(stack.awaitEnd()).isEqualTo(137);
      }
      assertThat(stack.alive()).isFalse();
    }
    try (RunningStack stack = RunningStack.start(scene)) {
      stack.await("/rollbacks/site-e1", "state", "SERVING");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(decided(stack, "ROLLED_BACK")).isTrue();
      Kills.assertNothingTwice(scene, stack, "site");
    }
  }

  @Test
  void observeDoesNothing() throws Exception {
    Scene scene = scene("switch", "observe", ADVISORY);
    try (RunningStack stack = RunningStack.start(scene)) {
      Telemetry shop = new Telemetry(stack, "shop-1");
      shop.calm();
      pointThenDamage(scene);

      assertThat(shop.grows(GROWTH, () -> decided(stack, "OBSERVED"))).isTrue();

      assertThat(epoch(stack)).isEqualTo(1);
      assertThat(Kills.pointsOf(stack, "site", "predicted")).isEmpty();
    }
  }

  @Test
  void approveWaitsWithAFreshShadow() throws Exception {
    Scene scene = scene("switch", "approve", ADVISORY);
    try (RunningStack stack = RunningStack.start(scene)) {
      Telemetry shop = new Telemetry(stack, "shop-1");
      shop.calm();
      pointThenDamage(scene);

      assertThat(shop.grows(GROWTH, () -> decided(stack, "WAITS_FOR_APPROVAL"))).isTrue();

      assertThat(epoch(stack)).isEqualTo(1);
      Patience.await()
          .untilAsserted(() -> assertThat(Kills.pointsOf(stack, "site", "predicted")).hasSize(1));
    }
  }

  @Test
  void seriesThatStopDoNothing() throws Exception {
    Scene scene = scene("switch", "auto", ADVISORY);
    try (RunningStack stack = RunningStack.start(scene)) {
      new Telemetry(stack, "shop-1").calm();
      pointThenDamage(scene);

      // Sweeps of a second, over series that came every ten.
      Instant start = Instant.now();
      Patience.await()
          .pollInterval(Duration.ofMillis(200))
          .until(() -> Instant.now().isAfter(start.plusSeconds(45)));

      assertThat(decisions(stack)).isEmpty();
      assertThat(epoch(stack)).isEqualTo(1);
    }
  }

  private static void probes(RunningStack stack, String vantage, int n) throws Exception {
    for (int i = 0; i < n; i++) {
      String time = Instant.now().toString();
      assertThat(
              stack.event(
                  vantage + "-" + time,
                  "probe-observed",
                  """
                  {"vantage": "%s", "cell": "east", "target": "store", "outcome": "failed", "time": "%s", "reason": "no answer within 3 s"}
                  """
                      .formatted(vantage, time)))
          .isEqualTo(202);
      Instant sent = Instant.now();
      Patience.await().until(() -> Instant.now().isAfter(sent.plusMillis(20)));
    }
  }

  /// East is gone: its directory is away, and whoever asks its store gets no answer.
  private void eastIsGone(Scene scene) throws Exception {
    var shell = scene.gnomon("shadow", "site", "--wait");
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
    Instant point = Instant.now();
    Patience.await().until(() -> Instant.now().isAfter(point.plusMillis(50)));
    Files.move(scene.site, directory.resolve("away"));
  }

  @Test
  void aCellThatTwoVantagePointsMissIsLeftAndOneProvesNothing() throws Exception {
    Scene scene = scene("switch", "auto", ADVISORY);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      eastIsGone(scene);
      probes(stack, "west", 5);
      Instant start = Instant.now();
      Patience.await().until(() -> Instant.now().isAfter(start.plusSeconds(5)));
      assertThat(decisions(stack)).isEmpty();
      assertThat(epoch(stack)).isEqualTo(1);

      probes(stack, "north", 2);

      stack.await("/routes/site", "epoch", "2", "3");
      Scene.awaitContent(directory.resolve("current"), good);
      JsonNode decision = decision(stack, "ROLLED_BACK");
      assertThat(decision.path("evidence").toString()).contains("from west", "from north");
    }
  }

  @Test
  void whatMayNotBeLeftBehindAnAdvisoryFenceStays() throws Exception {
    Scene scene = scene("switch", "auto", "allowAdvisoryFence: false");
    try (RunningStack stack = RunningStack.start(scene)) {
      eastIsGone(scene);
      probes(stack, "west", 3);
      probes(stack, "north", 3);

      Patience.await().until(() -> decided(stack, "REFUSED"));

      assertThat(decision(stack, "REFUSED").path("reason").asText()).contains("can't be fenced");
      assertThat(epoch(stack)).isEqualTo(1);
    }
  }

  @Test
  void aMigrationThatIsAnnouncedTwiceGetsOneShadow() throws Exception {
    Scene scene = scene("switch", "observe", ADVISORY);
    try (RunningStack stack = RunningStack.start(scene)) {
      String data =
          "{\"cell\": \"east\", \"startsAt\": \"%s\", \"migration\": \"m1\"}"
              .formatted(Instant.now().plusSeconds(600));
      assertThat(stack.event("first", "migration-announced", data)).isEqualTo(202);
      assertThat(stack.event("second", "migration-announced", data)).isEqualTo(202);

      stack.await("/requests/second?source=/test", "outcome", "accepted");
      Patience.await()
          .untilAsserted(() -> assertThat(Kills.pointsOf(stack, "site", "migration")).hasSize(1));
      assertThat(stack.deadLetters()).isEmpty();
    }
  }
}
