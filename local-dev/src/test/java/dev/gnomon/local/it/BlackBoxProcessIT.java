package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.local.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands as a user types them, against a stack that runs.
class BlackBoxProcessIT {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  /// Runs a command that must succeed and print exactly one JSON value.
  private static JsonNode json(Scene scene, String... words) throws IOException {
    String[] asked = java.util.Arrays.copyOf(words, words.length + 1);
    asked[words.length] = "--json";
    Shell shell = scene.gnomon(asked);
    assertThat(shell.code()).as("%s: %s%s", List.of(words), shell.out(), shell.err()).isZero();
    return STRICT.readTree(shell.out());
  }

  private static void fails(int code, String message, Shell shell) {
    assertThat(shell.out() + shell.err()).contains(message);
    assertThat(shell.code()).as(shell.out() + shell.err()).isEqualTo(code);
  }

  @Test
  void theWayOfAnUpdateByCommands() throws Exception {
    Scene scene = Scene.inPlace(directory);
    SortedMap<String, String> good = scene.content();
    assertThat(Shell.run("config", "validate", "--config", scene.config.toString()).code())
        .isZero();
    fails(1, "no stack is running", scene.gnomon("status"));

    try (RunningStack stack = RunningStack.start(scene)) {
      assertThat(json(scene, "status").at("/resources/0/route/epoch").asLong()).isEqualTo(1);
      JsonNode point = json(scene, "shadow", "site", "--wait");
      assertThat(point.at("/points/0/point").asText()).startsWith("site@");
      JsonNode update =
          json(
              scene,
              "update",
              "begin",
              "deploy-1",
              "--resource",
              "site",
              "--heartbeat",
              "30s",
              "--wait");
      assertThat(update.path("state").asText()).isEqualTo("READY");
      String announced = update.at("/points/0/point").asText();
      json(scene, "update", "heartbeat", "deploy-1");
      json(scene, "update", "complete", "deploy-1");
      stack.await("/updates/deploy-1", "state", "COMPLETED");

      scene.damage(scene.site);
      SortedMap<String, String> bad = scene.content();
      JsonNode plan = json(scene, "rollback", "--update", "deploy-1", "--dry-run");
      assertThat(plan.toString()).contains(announced);
      assertThat(scene.content()).isEqualTo(bad);

      JsonNode rollback = json(scene, "rollback", "--update", "deploy-1", "--wait");
      assertThat(rollback.fieldNames()).toIterable().containsExactly("rollback", "resources");
      assertThat(rollback.path("rollback").asText()).isEqualTo("deploy-1-r1");
      JsonNode row = rollback.at("/resources/0");
      assertThat(row.fieldNames())
          .toIterable()
          .containsExactly("resource", "epochBefore", "epochAfter", "point", "state");
      assertThat(row.path("point").asText()).isEqualTo(announced);
      assertThat(row.path("state").asText()).isEqualTo("SERVING");
      assertThat(row.path("epochAfter").asLong()).isGreaterThan(row.path("epochBefore").asLong());
      assertThat(scene.content()).isEqualTo(good);

      json(scene, "undo", "deploy-1-r1", "--wait");
      assertThat(scene.content()).isEqualTo(bad);
      JsonNode redone = json(scene, "rollback", "--resource", "site", "--to", announced, "--wait");
      assertThat(redone.at("/resources/0/point").asText()).isEqualTo(announced);
      assertThat(scene.content()).isEqualTo(good);
      json(scene, "undo", redone.path("rollback").asText(), "--wait");
      assertThat(scene.content()).isEqualTo(bad);

      JsonNode back = json(scene, "rollback", "--cell", "east", "--to", announced, "--wait");
      assertThat(back.at("/resources/0/state").asText()).isEqualTo("SERVING");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(scene.epochs()).startsWith(1L, 2L, 3L).doesNotHaveDuplicates();

      assertThat(json(scene, "points", "list")).isNotEmpty();
      assertThat(json(scene, "points", "show", announced).at("/point/id").asText())
          .isEqualTo(announced);
      assertThat(json(scene, "points", "diff", "site@1", announced).isObject()).isTrue();
      pointsAreKeptCheckedAndExported(scene, announced);
      Shell missing =
          Shell.run("points", "diff", "site@1", "site@99", "--data", scene.data.toString());
      assertThat(missing.code()).isEqualTo(1);
      assertThat(missing.err()).contains("there is no point site@99");
      assertThat(json(scene, "emit", "sweep-due", "--body", "{}").path("type").asText())
          .isEqualTo("dev.gnomon.sweep-due.v1");

      json(scene, "pause");
      assertThat(json(scene, "status").path("paused").asBoolean()).isTrue();
      json(scene, "resume");
      assertThat(json(scene, "status").path("paused").asBoolean()).isFalse();

      assertThat(json(scene, "down").isObject()).isTrue();
      assertThat(stack.awaitEnd()).isIn(0, 143);
      assertThat(stack.output()).doesNotContain("ERROR");
      storeIsReadableWithTheStackDown(scene, announced, good);
    }
  }

  private void pointsAreKeptCheckedAndExported(Scene scene, String point) throws IOException {
    json(scene, "points", "tag", point, "release-7");
    JsonNode held = json(scene, "points", "hold", point, "--reason", "the audit");
    assertThat(held.path("tags").get(0).asText()).isEqualTo("release-7");
    assertThat(held.path("why").toString()).contains("hold the audit").contains("within 7d");
    JsonNode listed = json(scene, "points", "list", "--tag", "release-7");
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("why")).isEqualTo(held.path("why"));
    JsonNode plan = json(scene, "points", "expire", "site", "--dry-run");
    assertThat(plan.findValuesAsText("stays")).isNotEmpty().containsOnly("true");
    assertThat(json(scene, "points", "expire", "site").path("expired")).isEmpty();
    assertThat(json(scene, "points", "release", point).path("holds")).isEmpty();
    assertThat(json(scene, "points", "untag", point, "release-7").path("tags")).isEmpty();
    Shell noTag =
        Shell.run("points", "release", point, "--reason", "no", "--data", scene.data.toString());
    assertThat(noTag.code()).isZero(); // it is not there, as asked

    JsonNode verified = json(scene, "points", "verify", point);
    assertThat(verified.path("whole").asBoolean()).isTrue();
    assertThat(verified.path("files").asInt()).isPositive();
    Path archive = directory.resolve("site.tar");
    json(scene, "points", "export", point, "--to", archive.toString());
    assertThat(Files.size(archive)).isGreaterThan(10_240);
    Path part = directory.resolve("part.tar");
    json(scene, "points", "export", point, "--path", "d1", "--to", part.toString());
    Shell alone =
        Shell.run(
            "points",
            "export",
            point,
            "--path",
            "d1",
            "--to",
            "-",
            "--store",
            "file:" + scene.data.resolve("cells/west"));
    assertThat(alone.code()).as(alone.err()).isZero();
    assertThat(part).hasContent(alone.out()); // text only
    Shell none =
        Shell.run(
            "points",
            "export",
            point,
            "--to",
            directory.resolve("none.tar").toString(),
            "--path",
            "nowhere",
            "--data",
            scene.data.toString());
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("has no 'nowhere'");
    assertThat(directory.resolve("none.tar")).doesNotExist();
    Shell unknown = Shell.run("points", "verify", "site@99", "--data", scene.data.toString());
    assertThat(unknown.code()).isEqualTo(1);
  }

  private void storeIsReadableWithTheStackDown(
      Scene scene, String point, SortedMap<String, String> good) throws IOException {
    String store = "file:" + scene.data.resolve("cells/west");
    Shell listed = Shell.run("points", "list", "--store", store, "--json");
    assertThat(listed.code()).as(listed.err()).isZero();
    assertThat(STRICT.readTree(listed.out())).isNotEmpty();
    Path copy = directory.resolve("copy");
    Shell restored =
        Shell.run("restore", "--store", store, "--point", point, "--to", copy.toString());
    assertThat(restored.code()).as(restored.err()).isZero();
    assertThat(Scene.content(copy)).isEqualTo(good);

    Shell shadowed =
        Shell.run(
            "shadow", "--store", "file:" + directory.resolve("own"), "--path", copy.toString());
    assertThat(shadowed.code()).as(shadowed.err()).isZero();
    Shell again =
        Shell.run(
            "restore",
            "--store",
            "file:" + directory.resolve("own"),
            "--point",
            "copy@1",
            "--to",
            directory.resolve("copy-2").toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(Scene.content(directory.resolve("copy-2"))).isEqualTo(good);
  }

  @Test
  void aPersonMayFailAnUpdateGoToATimeAndNeedsLeaveToDeleteMuch() throws Exception {
    Scene scene = Scene.inPlace(directory);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      json(scene, "update", "begin", "u1", "--resource", "site", "--wait");
      String time =
          stack.find("/points?resource=site").orElseThrow().findValuesAsText("time").stream()
              .max(String::compareTo)
              .orElseThrow();

      scene.damage(scene.site);
      json(scene, "update", "fail", "u1", "--reason", "it smokes");
      stack.await("/updates/u1", "state", "FAILED");
      stack.await("/rollbacks/u1-r1", "state", "SERVING");
      assertThat(scene.content()).isEqualTo(good);

      for (int i = 0; i < 60; i++) {
        Files.writeString(scene.site.resolve("more-" + i), "m" + i);
      }
      SortedMap<String, String> more = scene.content();
      Shell refused = scene.gnomon("rollback", "--resource", "site", "--to", time, "--wait");
      fails(1, "--allow-deletes", refused);
      assertThat(scene.content()).isEqualTo(more);
      Shell done =
          scene.gnomon("rollback", "--resource", "site", "--to", time, "--allow-deletes", "--wait");
      assertThat(done.code()).as(done.out() + done.err()).isZero();
      assertThat(scene.content()).isEqualTo(good);
      assertThat(stack.output()).doesNotContain("ERROR");
    }
  }

  @Test
  void aRollbackMaySwitchToTheReplicaAndReturn() throws Exception {
    Scene scene = Scene.replicated(directory, "switch-and-restore");
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      assertThat(scene.link.toRealPath()).isEqualTo(scene.site.toRealPath());
      json(scene, "update", "begin", "u1", "--resource", "site", "--wait");
      scene.damage(scene.site);

      json(scene, "rollback", "--update", "u1", "--mode", "switch", "--wait");
      assertThat(scene.link.toRealPath()).startsWith(directory.resolve("replica").toRealPath());
      assertThat(scene.content()).isEqualTo(good);

      json(scene, "undo", "u1-r1", "--wait");
      assertThat(scene.content()).isNotEqualTo(good);

      json(scene, "rollback", "--update", "u1", "--wait");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(stack.deadLetters()).isEmpty();
    }
  }

  @Test
  void wrongUseIsToldApartFromFailureAndFromTimeOut() throws Exception {
    Scene scene = Scene.inPlace(directory);
    try (RunningStack stack = RunningStack.start(scene)) {
      fails(2, "no-such-command", scene.gnomon("no-such-command"));
      fails(2, "", scene.gnomon("rollback"));
      fails(2, "expected switch", scene.gnomon("rollback", "--resource", "site", "--mode", "x"));
      fails(2, "--to must be", scene.gnomon("rollback", "--resource", "site", "--to", "noon"));
      fails(2, "unknown type", scene.gnomon("emit", "no-such-type", "--body", "{}"));
      fails(2, "resource", scene.gnomon("emit", "shadow-requested", "--body", "{}"));
      fails(1, "unknown resource 'nosuch'", scene.gnomon("shadow", "nosuch"));
      fails(1, "there is no update 'u9'", scene.gnomon("rollback", "--update", "u9"));
      fails(1, "unknown cell", scene.gnomon("rollback", "--cell", "nowhere"));
      fails(1, "site@99", scene.gnomon("rollback", "--resource", "site", "--to", "site@99"));
      fails(1, "no-e1", scene.gnomon("undo", "no-e1"));
      fails(
          1,
          "replica",
          scene.gnomon("rollback", "--resource", "site", "--mode", "switch", "--wait"));
      Shell late =
          scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait", "--timeout", "1ms");
      fails(3, "not ready yet", late);
      stack.await("/updates/u1", "state", "READY");
      Shell error = scene.gnomon("shadow", "nosuch", "--json");
      assertThat(error.code()).isEqualTo(1);
      assertThat(STRICT.readTree(error.out()).path("error").asText()).contains("nosuch");
      assertThat(stack.find("/routes/site").orElseThrow().path("epoch").asLong()).isEqualTo(1);
    }
  }

  @Test
  void initWritesACatalogueThatAStackRunsOn() throws Exception {
    Shell init = Shell.run("init", directory.resolve("new").toString());
    assertThat(init.code()).as(init.err()).isZero();
    Path config = directory.resolve("new/gnomon.yaml");
    assertThat(Shell.run("config", "validate", "--config", config.toString()).code()).isZero();
    assertThat(directory.resolve("new/data")).isDirectory();
    assertThat(Shell.run("init", directory.resolve("new").toString()).code()).isEqualTo(1);
  }
}
