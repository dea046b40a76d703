package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stack with a journal: a rollback to a transaction of it, killed after each of its steps, and
/// its undo.
class MomentRollbackProcessIT {
  private static final List<String> STEPS =
      List.of("intent", "fence", "undo", "restore", "validate", "release", "done");

  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  /// Writes a file and announces that.
  private static void put(Scene scene, RunningStack stack, String id, String key, String text)
      throws Exception {
    Path file = scene.site.resolve(key);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    announce(stack, id, "{'op':'put','key':'%s','text':'%s'}".formatted(key, text));
  }

  private static void announce(RunningStack stack, String id, String write) throws Exception {
    String data =
        "{'resource':'site','transactions':[{'id':'%s','time':'%s','writes':[%s]}]}"
            .formatted(id, Instant.now(), write);
    var answer =
        stack.post(
            "/shadow",
            "application/json",
            Kills.json(data),
            "ce-specversion",
            "1.0",
            "ce-id",
            id,
            "ce-source",
            "/app",
            "ce-type",
            "dev.gnomon.writes-observed.v1");
    assertThat(answer.statusCode() / 100).as(answer.body()).isEqualTo(2);
  }

  private static void ok(Scene scene, String... words) {
    var shell = scene.gnomon(words);
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
  }

  @Test
  void killedAfterEveryStepTheMomentComesBackOnceAndIsUndone() throws Exception {
    Scene scene =
        Scene.of(directory, Scene.smallest().replace("type: differential", "type: transactional"));
    List<SortedMap<String, String>> seen = new java.util.ArrayList<>();
    Kills.afterEach(
        scene,
        STEPS,
        stack -> {
          ok(scene, "shadow", "site", "--wait");
          put(scene, stack, "t1", "d1/file-1.txt", "newer than the point");
          Files.delete(scene.site.resolve("d2/file-2.txt"));
          announce(stack, "t2", "{'op':'delete','key':'d2/file-2.txt'}");
          put(scene, stack, "t3", "added/one", "one");
          seen.add(scene.content());
          put(scene, stack, "t4", "d1/file-1.txt", "bad");
          put(scene, stack, "t5", "added/one", "bad");
          Files.writeString(scene.site.resolve("d3/unannounced"), "bad");
          seen.add(scene.content());
          Kills.send(
              stack,
              "rollback-requested",
              "{'resource':'site','to':'transaction:t3','by':'person'}");
        });
    SortedMap<String, String> good = seen.getFirst();
    SortedMap<String, String> bad = seen.getLast();
    try (RunningStack last = RunningStack.start(scene)) {
      JsonNode done = last.await("/rollbacks/site-e1", "state", "SERVING");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(Kills.pointsOf(last, "site", "moment")).hasSize(1);
      assertThat(done.at("/resources/0/why").asText())
          .contains("moment after transaction 't3'", "2 behind are taken back");
      ok(scene, "undo", "site-e1", "--wait", "--allow-deletes");
      assertThat(scene.content()).isEqualTo(bad);
      Kills.assertNothingTwice(scene, last, "site");
      var refused =
          scene.gnomon("rollback", "--resource", "site", "--to", "transaction:none", "--wait");
      assertThat(refused.code()).isNotZero();
      assertThat(refused.out() + refused.err()).contains("no transaction 'none'");
    }
  }
}
