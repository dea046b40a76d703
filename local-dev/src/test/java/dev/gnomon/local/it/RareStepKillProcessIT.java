package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole stack is killed right after steps that not every shadow and rollback takes.
class RareStepKillProcessIT {
  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  /// Without shadows by interval.
  ///
  /// @param more lines of the resource, and further resources
  private Scene scene(String more) throws Exception {
    return Scene.of(
        directory, Scene.smallest().replace(", every: 15m", "") + more.stripTrailing().indent(2));
  }

  private static void ok(Scene scene, String... words) {
    var shell = scene.gnomon(words);
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
  }

  @Test
  void killedInAPauseACommandedShadowEndsWithOnePointAndTheApplicationRuns() throws Exception {
    Path pauses = directory.resolve("pauses");
    Scene scene =
        scene(
            """
              hooks: { pre: "echo pre >> %1$s", post: "echo post >> %1$s" }
            """
                .formatted(pauses));
    Kills.afterEach(
        scene,
        List.of("planned", "paused", "committed"),
        Kills.Begin.event("shadow-requested", "{'resource':'site','kind':'command'}"));
    try (RunningStack stack = RunningStack.start(scene)) {
      stack.await("/requests/the-event?source=/test", "outcome", "done");
      assertThat(Kills.pointsOf(stack, "site", "command")).containsExactly("site@1");
      assertThat(stack.deadLetters()).isEmpty();
    }
    List<String> calls = Files.readAllLines(pauses);
    assertThat(String.join(" ", calls)).doesNotContain("pre pre").contains("pre post");
    assertThat(calls).endsWith("post");
  }

  @Test
  void killedInAGroupThatMovesToTheOlderCutItEndsCompleteAndDidNothingTwice() throws Exception {
    Path base = Files.createDirectories(directory.resolve("base"));
    Files.writeString(base.resolve("file"), "good");
    Scene scene =
        scene(
            """
              dependsOn: [base]
              checks: [{ name: sound, command: "test ! -e $GNOMON_TREE/unsound" }]
            - name: base
              kind: directory
              cell: east
              location: DIR/base
              shadow: { cell: west, type: differential }
              rollback: restore
            """);
    SortedMap<String, String> good = scene.content();
    Kills.afterEach(
        scene,
        List.of("group", "fence", "restore", "reject", "validate", "release"),
        stack -> {
          ok(scene, "update", "begin", "u0", "--resource", "site", "--wait");
          ok(scene, "update", "complete", "u0");
          Files.writeString(scene.site.resolve("unsound"), "in the newer cut");
          Files.writeString(base.resolve("file"), "in the newer cut");
          ok(scene, "update", "begin", "u1", "--resource", "site", "--wait");
          scene.damage();
          Files.writeString(base.resolve("file"), "damaged");
          Kills.send(stack, "rollback-requested", "{'updateId':'u1','by':'person'}");
        });
    try (RunningStack stack = RunningStack.start(scene)) {
      JsonNode group = stack.await("/rollbacks/u1-r1", "state", "SERVING");
      assertThat(group.path("resources").findValuesAsText("rollback"))
          .containsExactly("base-e1", "site-e1");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(base.resolve("file")).hasContent("good");
      for (String resource : List.of("base", "site")) {
        assertThat(Kills.pointsOf(stack, resource, "undo")).hasSize(1);
        assertThat(scene.epochs(resource)).hasSize(3);
        Kills.assertNothingTwice(scene, stack, resource);
      }
      assertThat(stack.find("/status").orElseThrow().path("rollbacks")).hasSize(2);
    }
  }

  @Test
  void killedWhileNoPointIsUsableThePrimaryServesAsBeforeAndItHasFailedOnce() throws Exception {
    Scene scene = scene("  checks: [{ name: never, command: \"false\" }]");
    Kills.afterEach(
        scene,
        List.of("reject", "fail", "done"),
        stack -> {
          ok(scene, "shadow", "site", "--wait");
          scene.damage();
          Kills.send(stack, "rollback-requested", "{'resource':'site','by':'person'}");
        });
    try (RunningStack stack = RunningStack.start(scene)) {
      JsonNode rollback = stack.await("/rollbacks/site-e1", "state", "FAILED");
      assertThat(rollback.at("/resources/0/reason").asText()).contains("check never failed");
      assertThat(scene.site.resolve("d1/file-1.txt")).hasContent("damaged");
      assertThat(scene.site.resolve("d3/added.txt")).hasContent("added");
      assertThat(scene.site.resolve("d2/file-2.txt")).doesNotExist();
      assertThat(Kills.pointsOf(stack, "site", "undo")).hasSize(1);
      assertThat(scene.epochs()).hasSize(3);
      Kills.assertNothingTwice(scene, stack, "site");
    }
  }

  /// The place where the primary lies goes away before the rollback, and is back when a shadow
  /// serves.
  @ParameterizedTest
  @CsvSource({"switch,done", "switch-and-restore,release"})
  void killedWhileAnOldPrimaryThatCameBackIsKeptItIsKeptOnce(String mode, String served)
      throws Exception {
    Path host = directory.resolve("host");
    Path away = directory.resolve("away");
    Scene scene = Scene.replicated(directory, "host/site", mode);
    SortedMap<String, String> good = scene.content();
    Kills.afterEach(
        scene,
        List.of(served),
        stack -> {
          ok(scene, "update", "begin", "u1", "--resource", "site", "--wait");
          scene.damage(scene.site);
          Files.move(host, away);
          Kills.send(stack, "rollback-requested", "{'updateId':'u1','by':'person'}");
        });
    Files.move(away, host);
    Kills.afterEach(scene, List.of("late-undo"), stack -> {});
    try (RunningStack stack = RunningStack.start(scene)) {
      stack.await("/rollbacks/u1-r1", "state", "SERVING");
      Patience.await().until(() -> open(scene).isEmpty());
      assertThat(scene.live().toRealPath().equals(scene.site.toRealPath()))
          .isEqualTo(mode.equals("switch-and-restore"));
      assertThat(scene.content()).isEqualTo(good);
      assertThat(Kills.pointsOf(stack, "site", "undo")).hasSize(1);
      Kills.assertNothingTwice(scene, stack, "site");
      String kept = Kills.pointsOf(stack, "site", "undo").getFirst();
      Path seen = scene.restore(kept, directory.resolve("seen"));
      assertThat(seen.resolve("d1/file-1.txt")).hasContent("damaged");
    }
  }

  /// Open work of rollbacks.
  private static Map<String, List<Path>> open(Scene scene) throws Exception {
    Path open = scene.data.resolve("cells/west/open");
    if (Files.notExists(open)) {
      return Map.of();
    }
    try (var found = Files.walk(open)) {
      return found
          .filter(Files::isRegularFile)
          .filter(path -> !path.getParent().endsWith("updates"))
          .collect(
              java.util.stream.Collectors.groupingBy(
                  path -> path.getParent().getFileName().toString()));
    }
  }
}
