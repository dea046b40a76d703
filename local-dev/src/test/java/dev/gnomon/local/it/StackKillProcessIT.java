package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
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
  private static final List<String> UPDATE =
      List.of("requested", "planned", "captured", "committed", "shadowed", "ready");
  private static final Map<String, List<String>> ROLLBACK =
      Map.of(
          "restore",
          List.of("intent", "fence", "undo", "restore", "validate", "release", "done"),
          // up to the release it does what switch-and-restore does
          "switch",
          List.of("fence", "release", "done"),
          // the old primary is repaired, and later given what was written on the shadow
          "switch-and-restore",
          List.of(
              "intent",
              "fence",
              "undo",
              "release",
              "restore",
              "freeze",
              "return-point",
              "restore",
              "return-validate",
              "return",
              "done"));

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  private static Scene scene(Path directory, String mode) throws Exception {
    return mode.equals("restore") ? Scene.inPlace(directory) : Scene.replicated(directory, mode);
  }

  private static void announce(Scene scene, RunningStack stack) throws Exception {
    ok(scene, "update", "begin", "u1", "--resource", "site");
    Kills.assertUpdateIsReadyOnce(scene, stack);
  }

  private static void ok(Scene scene, String... words) {
    var shell = scene.gnomon(words);
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
  }

  private static void rollBack(RunningStack stack) throws Exception {
    Kills.send(stack, "rollback-requested", "{'updateId':'u1','by':'person'}");
  }

  /// In place: one update that is killed after each of its steps in turn. Then one rollback
  /// likewise.
  @ParameterizedTest
  @ValueSource(strings = {"restore", "switch", "switch-and-restore"})
  void killedAfterEveryStepItEndsCompleteAndDidNothingTwice(String mode) throws Exception {
    Scene scene = scene(directory, mode);
    SortedMap<String, String> good = scene.content();
    if (mode.equals("restore")) {
      Kills.afterEach(scene, UPDATE, announcement());
    }
    Kills.afterEach(
        scene,
        ROLLBACK.get(mode),
        stack -> {
          if (mode.equals("restore")) {
            Kills.assertUpdateIsReadyOnce(scene, stack);
          } else {
            announce(scene, stack);
          }
          scene.damage(scene.site);
          rollBack(stack);
        });
    SortedMap<String, String> bad = withDamage(good);
    try (RunningStack last = RunningStack.start(scene)) {
      assertRolledBackOnce(scene, last, good);
      assertThat(Kills.pointsOf(last, "site", "return"))
          .hasSize(mode.equals("switch-and-restore") ? 1 : 0);
      ok(scene, "undo", "u1-r1", "--wait", "--allow-deletes");
      assertThat(scene.content()).isEqualTo(bad);
      Kills.assertNothingTwice(scene, last, "site");
    }
  }

  private static Kills.Begin announcement() {
    return Kills.Begin.event("update-requested", "{'updateId':'u1','resources':['site']}");
  }

  /// The same tree, damaged.
  private SortedMap<String, String> withDamage(SortedMap<String, String> good) throws IOException {
    Scene other = Scene.inPlace(Files.createDirectories(directory.resolve("other")));
    assertThat(other.content()).isEqualTo(good);
    other.damage();
    return other.content();
  }

  /// A replica that does not hold the point is sealed and made equal to it, before it serves.
  @Test
  void killedWhileAReplicaIsMadeEqualToAnOlderPointItServesThatPointOnce() throws Exception {
    Scene scene = Scene.replicated(directory, "switch");
    SortedMap<String, String> good = scene.content();
    Kills.afterEach(
        scene,
        List.of("fence", "restore", "validate", "release"),
        stack -> {
          ok(scene, "shadow", "site", "--wait");
          String point = Kills.pointsOf(stack, "site", "command").getFirst();
          Files.writeString(scene.site.resolve("later"), "changed after the point");
          announce(scene, stack);
          scene.damage(scene.site);
          Kills.send(
              stack,
              "rollback-requested",
              "{'resource':'site','to':'" + point + "','by':'person'}");
        });
    try (RunningStack last = RunningStack.start(scene)) {
      last.await("/rollbacks/site-e1", "state", "SERVING");
      assertThat(scene.live().toRealPath()).startsWith(directory.resolve("replica").toRealPath());
      assertThat(scene.content()).isEqualTo(good);
      assertThat(Kills.pointsOf(last, "site", "undo")).hasSize(1);
      Kills.assertNothingTwice(scene, last, "site");
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
      Kills.afterEach(scene, List.of(step), announcement());
    } else {
      Kills.afterEach(
          scene,
          List.of(step),
          stack -> {
            announce(scene, stack);
            scene.damage(scene.site);
            rollBack(stack);
          });
    }
    try (RunningStack stack = RunningStack.start(scene)) {
      if (ofUpdate) {
        Kills.assertUpdateIsReadyOnce(scene, stack);
        scene.damage(scene.site);
        ok(scene, "rollback", "--update", "u1", "--wait");
      }
      assertRolledBackOnce(scene, stack, good);
    }
  }

  static Stream<Arguments> everyStepOfEveryMode() {
    return ROLLBACK.keySet().stream()
        .sorted()
        .flatMap(mode ->
            Stream.concat(UPDATE.stream(), ROLLBACK.get(mode).stream().distinct())
                .map(step -> Arguments.of(mode, step)));
  }

  private static void assertRolledBackOnce(
      Scene scene, RunningStack stack, SortedMap<String, String> good) throws Exception {
    JsonNode rollback = stack.await("/rollbacks/u1-r1", "state", "SERVING");
    assertThat(rollback.path("resources")).hasSize(1);
    assertThat(rollback.at("/resources/0/epochBefore").asLong()).isEqualTo(1);
    assertThat(scene.content()).isEqualTo(good);
    assertThat(Kills.pointsOf(stack, "site", "undo")).hasSize(1);
    assertThat(rollback.at("/resources/0/epochAfter").asLong()).isEqualTo(scene.epochs().size());
    assertThat(stack.find("/status").orElseThrow().path("rollbacks")).hasSize(1);
    Kills.assertNothingTwice(scene, stack, "site");
  }
}
