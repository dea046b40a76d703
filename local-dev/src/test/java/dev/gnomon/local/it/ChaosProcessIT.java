package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Experiments on the whole stack: what they do, that they end, and that nothing is lost.
class ChaosProcessIT {
  private static final String ALLOWED = "chaos: { allowed: true }\n";

  /// Half of it is waited for after each experiment that is to pass.
  private static final String SETTLES = "expect: { settles: 10s }";

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  private static void ok(Shell shell) {
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
  }

  private Path experiment(String id, String lasts, String trouble, String... more)
      throws IOException {
    return Files.writeString(
        directory.resolve(id + ".yaml"),
        "id: %s\nname: an experiment\nlasts: %s\ntrouble: %s\n%s\n"
            .formatted(id, lasts, trouble, more.length == 0 ? SETTLES : String.join("\n", more)));
  }

  private Shell begin(Scene scene, String id, String lasts, String trouble, String... more)
      throws IOException {
    return scene.gnomon("chaos", "run", experiment(id, lasts, trouble, more).toString());
  }

  private static JsonNode ended(RunningStack stack, String id) {
    return stack.await("/chaos/" + id, "state", "passed", "failed", "stopped", "refused");
  }

  private static void suffers(RunningStack stack, String id) {
    stack.await("/chaos/now", "experiment", id);
  }

  @Test
  void nothingHappensWhereItIsNotAllowed() throws Exception {
    Scene scene = Scene.inPlace(directory);
    try (RunningStack stack = RunningStack.start(scene)) {
      Shell refused = begin(scene, "x", "5s", "{ kind: dead-redis }");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.out() + refused.err()).contains("chaos: {allowed: true}");
      assertThat(
              stack.event(
                  "e1",
                  "chaos-requested",
                  "{\"experiment\":\"y\",\"name\":\"y\",\"trouble\":{\"kind\":\"dead-redis\"},\"lasts\":\"PT5S\"}"))
          .isEqualTo(202);
      Patience.await()
          .untilAsserted(
              () -> assertThat(stack.deadLetters().toString()).contains("not allowed here"));
      assertThat(stack.find("/chaos").orElseThrow().path("experiments")).isEmpty();
    }
  }

  @Test
  void withoutRedisAndWithKilledWorkNothingIsLostAndNoEpochGoesBack() throws Exception {
    Scene scene = Scene.of(directory, Scene.smallest() + ALLOWED);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
      ok(scene.gnomon("update", "complete", "u1"));
      Patience.await()
          .until(() -> stack.find("/chaos/steady").orElseThrow().path("against").isEmpty());
      ok(begin(scene, "redis", "10s", "{ kind: dead-redis }"));
      suffers(stack, "redis");
      scene.damage();

      ok(scene.gnomon("rollback", "--resource", "site", "--wait"));

      assertThat(scene.content()).isEqualTo(good);
      assertThat(stack.get("/routes/site").headers().firstValue("Gnomon-Source"))
          .contains("objects");
      JsonNode line = ended(stack, "redis");
      assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("passed");
      assertThat(scene.epochs()).isSorted().startsWith(1L);
      assertThat(line.at("/outcome/effects/touched").asLong()).isPositive();
      assertThat(line.at("/outcome/effects/rtoSeconds").asDouble()).isPositive();
      Patience.await()
          .until(() ->
              stack
                  .get("/routes/site")
                  .headers()
                  .firstValue("Gnomon-Source")
                  .orElse("")
                  .equals("redis"));
      workThatIsKilledInTheMiddleOfARollbackIsResumed(scene, stack, good);
    }
  }

  private void workThatIsKilledInTheMiddleOfARollbackIsResumed(
      Scene scene, RunningStack stack, SortedMap<String, String> good) throws IOException {
    scene.damage();
    ok(begin(scene, "kill", "15s", "{ kind: killed-function, after: restore, times: 2 }"));
    suffers(stack, "kill");

    ok(scene.gnomon("rollback", "--resource", "site", "--wait"));

    assertThat(scene.content()).isEqualTo(good);
    JsonNode line = ended(stack, "kill");
    assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("passed");
    assertThat(line.at("/outcome/effects/touched").asLong()).isPositive();
    assertThat(line.at("/outcome/effects/rollbacks")).hasSize(1);
  }

  @Test
  void eventsThatComeTwiceLateOrNotAtAllMakeOneRollback() throws Exception {
    Scene scene = Scene.of(directory, Scene.smallest() + ALLOWED);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack =
        RunningStack.start(scene, Map.of("GNOMON_PROTECT_STEP_BUDGET", "PT0S"))) {
      ok(scene.gnomon("shadow", "site", "--wait"));
      String[] troubles = {
        "{ kind: duplicate-events }",
        "{ kind: reordered-events, within: 1s }",
        "{ kind: lost-events }"
      };
      for (int i = 0; i < troubles.length; i++) {
        String id = "events-" + i;
        scene.damage(scene.site);
        long before = scene.epochs().getLast();
        ok(begin(scene, id, "10s", troubles[i]));
        suffers(stack, id);

        ok(scene.gnomon("rollback", "--resource", "site", "--wait"));

        JsonNode line = ended(stack, id);
        assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("passed");
        assertThat(line.at("/outcome/effects/rollbacks")).as(line.toString()).hasSize(1);
        assertThat(scene.epochs().getLast()).isLessThanOrEqualTo(before + 2);
        assertThat(scene.content()).isEqualTo(good);
        Files.delete(scene.site.resolve("d1/file-1.txt"));
        Files.writeString(scene.site.resolve("d2/file-2.txt"), "x");
        ok(scene.gnomon("rollback", "--resource", "site", "--wait"));
      }
    }
  }

  @Test
  void whatIsReadDamagedIsNoticedAndNothingIsRestoredFromIt() throws Exception {
    Scene scene = Scene.of(directory, Scene.smallest().replace(", every: 15m", "") + ALLOWED);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("shadow", "site", "--wait"));
      String point =
          stack.find("/points?resource=site").orElseThrow().get(0).at("/point/id").asText();
      scene.damage();
      SortedMap<String, String> bad = scene.content();
      ok(
          begin(
              scene,
              "rot",
              "20s",
              "{ kind: corrupt-reads, cell: west }",
              "expect: { settles: 20s }"));
      suffers(stack, "rot");

      Shell verify = scene.gnomon("points", "verify", point);
      // The request is taken; its answer comes when a point can be read.
      scene.gnomon("rollback", "--resource", "site", "--to", point);

      assertThat(verify.code()).as(verify.out() + verify.err()).isEqualTo(1);
      while (true) { // It waits for answers that are right.
        SortedMap<String, String> found = scene.content();
        if (!stack.find("/chaos/now").orElseThrow().has("experiment")) {
          break;
        }
        assertThat(found).isEqualTo(bad);
      }
      stack.await("/rollbacks/site-e1", "state", "SERVING");
      assertThat(scene.content()).as("what is stored was never touched").isEqualTo(good);
      ok(scene.gnomon("points", "verify", point));
      JsonNode line = ended(stack, "rot");
      assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("passed");
    }
  }

  @Test
  void pauseEndsTroubleAtOnceAlsoWhenTheControlCellCannotBeReached() throws Exception {
    Scene scene = Scene.of(directory, Scene.smallest() + ALLOWED);
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(begin(scene, "gone", "10m", "{ kind: partition, cell: west }"));
      suffers(stack, "gone");
      Instant paused = Instant.now();

      ok(scene.gnomon("pause"));

      JsonNode line = ended(stack, "gone");
      Duration took = Duration.between(paused, Instant.parse(line.at("/stop/time").asText()));
      System.out.println("from `gnomon pause` to the stop of the experiment: " + took);
      assertThat(took).isLessThan(Duration.ofSeconds(5)); // 1 s on a machine that has time
      assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("stopped");
      assertThat(stack.find("/chaos/now").orElseThrow().has("experiment")).isFalse();
      ok(scene.gnomon("resume"));
      ok(scene.gnomon("shadow", "site", "--wait"));
      assertThat(scene.gnomon("chaos", "list").out()).contains("STOPPED", "gone");
    }
  }

  @Test
  void anExperimentWhoseProcessDiesLapsesAndIsFailed() throws Exception {
    Scene scene = Scene.of(directory, Scene.smallest() + ALLOWED);
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(
          begin(
              scene,
              "dies",
              "8s",
              "{ kind: latency, cell: east, delay: 1s }",
              "expect: { settles: 3s }"));
      suffers(stack, "dies");
      stack.kill();
    }
    try (RunningStack stack = RunningStack.start(scene)) {
      JsonNode line = ended(stack, "dies");
      assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("failed");
      assertThat(line.toString()).contains("never said that it took the trouble back");
      assertThat(stack.find("/chaos/now").orElseThrow().has("experiment")).isFalse();
      ok(begin(scene, "next", "2s", "{ kind: latency, cell: west, delay: 10ms }"));
      assertThat(ended(stack, "next").path("state").asText()).isEqualTo("passed");
    }
  }

  @Test
  void aCellThatCannotBeReachedIsLeftAndReturnedTo() throws Exception {
    Scene scene = Scene.replicated(directory, "switch-and-restore");
    // The point has to be older than the trouble by more than clocks may differ.
    Files.writeString(
        scene.config, Files.readString(scene.config) + ALLOWED + "clockTolerance: 1ms\n");
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("shadow", "site", "--wait"));
      ok(
          begin(
              scene,
              "gone",
              "25s",
              "{ kind: partition, cell: east }",
              "expect: { noticed: 25s, settles: 40s }"));
      suffers(stack, "gone");

      for (int round = 0; round < 3; round++) {
        probe(scene, "one");
        probe(scene, "two");
      }
      stack.await("/routes/site", "epoch", "2", "3", "4", "5");
      Scene.awaitContent(scene.link, good);

      JsonNode line = ended(stack, "gone");
      assertThat(line.at("/outcome/effects/switches").asInt()).as(line.toString()).isEqualTo(1);
      assertThat(line.at("/outcome/effects/falseSwitches")).isEmpty();
      assertThat(line.at("/outcome/effects/detectionSeconds").asDouble()).isPositive();
      System.out.println("partition: " + line.path("outcome"));
      assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("passed");
      Patience.await()
          .until(() ->
              stack
                  .find("/routes/site")
                  .orElseThrow()
                  .toString()
                  .contains("\"primary\":{\"cell\":\"east\""));
      Scene.awaitContent(scene.link, good);
    }
  }

  @Test
  void aSlowCellIsNoticedByMerit() throws Exception {
    Scene scene = Scene.of(directory, Scene.smallest() + ALLOWED);
    try (RunningStack stack = RunningStack.start(scene)) {
      for (int round = 0; round < 40; round++) { // until the usual latency is known
        probe(scene, "one");
      }
      ok(
          begin(
              scene,
              "slow",
              "40s",
              "{ kind: latency, cell: east, delay: 1s }",
              "expect: { noticed: 40s, merit: 0, settles: 10s }"));
      suffers(stack, "slow");
      Patience.await()
          .until(() -> {
            probe(scene, "one");
            return Set.of("passed", "failed")
                .contains(stack.find("/chaos/slow").orElseThrow().path("state").asText());
          });

      JsonNode line = ended(stack, "slow");
      System.out.println("latency: " + line.path("outcome"));
      assertThat(line.path("state").asText()).as(line.toString()).isEqualTo("passed");
      assertThat(line.at("/outcome/effects/detectionSeconds").asDouble()).isPositive();
      assertThat(scene.gnomon("chaos", "show", "slow").out()).contains("PASSED", "noticed after");
    }
  }

  private static void probe(Scene scene, String from) {
    scene.gnomon(
        "probe",
        "--from",
        from,
        "--cell",
        "east",
        "--once",
        "--patience",
        "5s",
        "--config",
        scene.config.toString());
  }
}
