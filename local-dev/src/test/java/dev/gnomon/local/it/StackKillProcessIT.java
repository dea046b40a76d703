package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole stack is killed right after a step; whoever starts it again finds the work completed,
/// once.
class StackKillProcessIT {
  private static final int KILLED = 137;
  private static final List<String> UPDATE =
      List.of("requested", "planned", "captured", "committed", "shadowed", "ready");
  private static final Map<String, List<String>> ROLLBACK =
      Map.of(
          "restore",
          List.of("intent", "fence", "undo", "restore", "validate", "release", "done"),
          "switch",
          List.of("intent", "fence", "undo", "release", "done"),
          "switch-and-restore",
          List.of("intent", "fence", "undo", "release", "freeze", "return", "done"));

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  private static Scene scene(Path directory, String mode) throws Exception {
    return mode.equals("restore") ? Scene.inPlace(directory) : Scene.replicated(directory, mode);
  }

  /// One update that is killed after each of its steps in turn, then one rollback likewise.
  @ParameterizedTest
  @ValueSource(strings = {"restore", "switch", "switch-and-restore"})
  void killedAfterEveryStepItEndsCompleteAndDidNothingTwice(String mode) throws Exception {
    Scene scene = scene(directory, mode);
    SortedMap<String, String> good = scene.content();

    if (mode.equals("restore")) {
      killAfterEach(scene, UPDATE, "update-requested", "{'updateId':'u1','resources':['site']}");
    }
    try (RunningStack first = RunningStack.start(scene)) {
      if (!mode.equals("restore")) {
        assertThat(scene.gnomon("update", "begin", "u1", "--resource", "site").code()).isZero();
      }
      assertUpdateIsReadyOnce(scene, first);
    }

    scene.damage(scene.site);
    SortedMap<String, String> bad = Scene.content(scene.site);
    killAfterEach(
        scene, ROLLBACK.get(mode), "rollback-requested", "{'updateId':'u1','by':'person'}");
    try (RunningStack last = RunningStack.start(scene)) {
      assertRolledBackOnce(scene, last, good);
      undoBringsBack(scene, bad);
    }
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("everyStepOfEveryMode")
  void killedAfterOneStepItEndsComplete(String mode, String step) throws Exception {
    Scene scene = scene(directory, mode);
    SortedMap<String, String> good = scene.content();
    boolean ofUpdate = UPDATE.contains(step);
    if (ofUpdate) {
      killAfterEach(
          scene, List.of(step), "update-requested", "{'updateId':'u1','resources':['site']}");
    }
    try (RunningStack stack = RunningStack.start(scene)) {
      if (!ofUpdate) {
        assertThat(scene.gnomon("update", "begin", "u1", "--resource", "site").code()).isZero();
      }
      assertUpdateIsReadyOnce(scene, stack);
    }
    scene.damage(scene.site);
    if (!ofUpdate) {
      killAfterEach(scene, List.of(step), "rollback-requested", "{'updateId':'u1','by':'person'}");
    }
    try (RunningStack stack = RunningStack.start(scene)) {
      if (ofUpdate) {
        assertThat(scene.gnomon("rollback", "--update", "u1", "--wait").code()).isZero();
      }
      assertRolledBackOnce(scene, stack, good);
    }
  }

  static Stream<Arguments> everyStepOfEveryMode() {
    return ROLLBACK.keySet().stream()
        .sorted()
        .flatMap(mode ->
            Stream.concat(UPDATE.stream(), ROLLBACK.get(mode).stream())
                .map(step -> Arguments.of(mode, step)));
  }

  @Test
  void killedAtAnyMomentOfARollbackItEndsComplete() throws Exception {
    killedAtRandom(3);
  }

  @Tag("long")
  @Test
  void killedAtManyMomentsOfRollbacksItEndsComplete() throws Exception {
    killedAtRandom(25);
  }

  /// Each round damages the resource, asks for a rollback and kills the stack somewhere in it.
  private void killedAtRandom(int rounds) throws Exception {
    long seed = Long.getLong("gnomon.seed", System.nanoTime());
    System.out.println("killedAtRandom: -Dgnomon.seed=" + seed);
    Random random = new Random(seed);
    Scene scene = Scene.inPlace(directory);
    SortedMap<String, String> good = scene.content();
    RunningStack stack = RunningStack.start(scene);
    try {
      assertThat(scene.gnomon("shadow", "site", "--wait").code()).isZero();
      String point =
          stack
              .await("/status", "paused", "false")
              .at("/resources/0/shadows/0/last/point")
              .asText();
      for (int round = 0; round < rounds; round++) {
        scene.damage(scene.site);
        long before = stack.find("/routes/site").orElseThrow().path("epoch").asLong();
        int code =
            stack.event(
                "round-" + round,
                "rollback-requested",
                json("{'resource':'site','to':'" + point + "','by':'person'}"));
        assertThat(code).isEqualTo(202);
        new java.util.concurrent.CountDownLatch(1)
            .await(random.nextInt(900), TimeUnit.MILLISECONDS);
        stack.kill();
        stack = RunningStack.start(scene);
        JsonNode answer =
            stack.await(
                "/requests/round-" + round + "?source=/test", "outcome", "accepted", "done");
        String id = answer.path("rollback").asText();
        assertThat(id).as("seed " + seed).isEqualTo("site-e" + before);
        stack.await("/rollbacks/" + id, "state", "SERVING");
        assertThat(scene.content()).as("seed %s, round %s", seed, round).isEqualTo(good);
        assertNoGaps(scene);
      }
    } finally {
      stack.close();
    }
  }

  /// Starts the stack again and again, each time to die after the next step; the event is sent to
  /// the first one.
  private static void killAfterEach(Scene scene, List<String> steps, String type, String data)
      throws Exception {
    List<String> reached = new ArrayList<>();
    for (String step : steps) {
      try (RunningStack stack = RunningStack.launch(scene, Map.of("GNOMON_HALT_AFTER", step))) {
        if (reached.isEmpty()) {
          stack.awaitReady();
          assertThat(stack.event("the-event", type, json(data))).isEqualTo(202);
        }
        assertThat(stack.awaitEnd()).as("after %s", step).isEqualTo(KILLED);
        reached.add(step);
      }
    }
  }

  private static void assertUpdateIsReadyOnce(Scene scene, RunningStack stack) throws Exception {
    JsonNode update = stack.await("/updates/u1", "state", "READY");
    assertThat(update.path("points")).hasSize(1);
    assertThat(pointsOf(stack, "update")).hasSize(1);
    assertNoDeadLetters(stack);
  }

  private static void assertRolledBackOnce(
      Scene scene, RunningStack stack, SortedMap<String, String> good) throws Exception {
    JsonNode rollback = stack.await("/rollbacks/u1-r1", "state", "SERVING");
    assertThat(rollback.path("resources")).hasSize(1);
    assertThat(rollback.at("/resources/0/epochBefore").asLong()).isEqualTo(1);
    assertThat(scene.content()).isEqualTo(good);
    assertThat(pointsOf(stack, "undo")).hasSize(1);
    JsonNode route = stack.find("/routes/site").orElseThrow();
    assertThat(route.path("state").asText()).isEqualTo("SERVING");
    assertThat(route.path("epoch").asLong())
        .isEqualTo(rollback.at("/resources/0/epochAfter").asLong());
    assertThat(stack.find("/status").orElseThrow().path("rollbacks")).hasSize(1);
    assertNoGaps(scene);
    assertNoDeadLetters(stack);
  }

  private static void undoBringsBack(Scene scene, SortedMap<String, String> bad) throws Exception {
    var undone = scene.gnomon("undo", "u1-r1", "--wait", "--allow-deletes");
    assertThat(undone.code()).as(undone.out() + undone.err()).isZero();
    assertThat(scene.content()).isEqualTo(bad);
    assertNoGaps(scene);
  }

  private static List<String> pointsOf(RunningStack stack, String kind) throws Exception {
    List<String> found = new ArrayList<>();
    for (JsonNode entry : stack.find("/points?resource=site").orElseThrow()) {
      if (entry.at("/point/kind").asText().equalsIgnoreCase(kind)) {
        found.add(entry.at("/point/id").asText());
      }
    }
    return found;
  }

  private static void assertNoGaps(Scene scene) throws Exception {
    List<Long> epochs = scene.epochs();
    assertThat(epochs).isEqualTo(LongStream.rangeClosed(1, epochs.size()).boxed().toList());
  }

  private static void assertNoDeadLetters(RunningStack stack) throws Exception {
    assertThat(stack.deadLetters()).isEmpty();
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }
}
