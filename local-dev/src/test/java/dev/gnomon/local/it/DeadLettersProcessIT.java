package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An event that no function can use is kept by the stack, shown, and handled when its cause is
/// mended and somebody replays it.
class DeadLettersProcessIT {
  private static final String EXTRA =
      """
        - name: extra
          kind: directory
          cell: east
          location: DIR/extra
          shadow: { cell: west, type: differential, every: 24h }
          rollback: restore
      """;

  @TempDir Path directory;

  @AfterEach
  void end() throws Exception {
    Scene.unfence(directory);
  }

  private static List<JsonNode> letters(Scene scene, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("deadletters", "list", "--json"));
    words.addAll(List.of(more));
    Shell shell = scene.gnomon(words.toArray(String[]::new));
    List<JsonNode> lines = new ArrayList<>();
    Json.MAPPER.readTree(shell.out()).path("letters").forEach(lines::add);
    return lines;
  }

  @Test
  void whatDiedIsHandledWhenItsCauseIsMendedAndSomebodyReplaysItThoughTheStackIsKilledMeanwhile()
      throws Exception {
    Scene scene = Scene.of(directory, Scene.smallest());
    String key;
    try (RunningStack stack =
        RunningStack.start(scene, Map.of("GNOMON_HALT_AFTER", "replay-sent"))) {
      String unknown = "{\"resource\": \"extra\", \"kind\": \"command\"}";
      assertThat(stack.event("e1", "shadow-requested", unknown)).isEqualTo(202);
      assertThat(stack.event("e2", "shadow-requested", "{}")).isEqualTo(202);
      Patience.await().untilAsserted(() -> assertThat(letters(scene)).hasSize(2));
      key =
          letters(scene, "--type", "dev.gnomon.shadow-requested.v1").stream()
              .filter(line -> line.path("id").asText().equals("e1"))
              .findFirst()
              .orElseThrow()
              .path("letter")
              .asText();
      assertThat(scene.gnomon("deadletters", "show", key).out())
          .contains("unknown resource 'extra'", "\"resource\" : \"extra\"");
      assertThat(scene.gnomon("status").out()).contains("2 events were given up");
      assertThat(stack.get("/q/metrics").body())
          .containsPattern("gnomon_dead_letters_total\\{[^}]*destination=\"/shadow\"[^}]*\\} 2.0");

      scene.gnomon("deadletters", "replay", key); // The stack dies in it.
      stack.awaitEnd();
    }
    Files.createDirectories(directory.resolve("extra"));
    Files.writeString(directory.resolve("extra/file"), "content");
    Files.writeString(
        scene.config, Files.readString(scene.config) + EXTRA.replace("DIR", directory.toString()));

    try (RunningStack stack = RunningStack.start(scene)) {
      assertThat(scene.gnomon("deadletters", "show", key).out()).containsPattern("state +(re|de)");
      assertThat(scene.gnomon("deadletters", "replay", key).out()).contains("was sent again");
      Patience.await()
          .untilAsserted(() ->
              assertThat(stack.find("/points?resource=extra").orElseThrow().toString())
                  .contains("extra@1"));
      assertThat(letters(scene, "--resolved"))
          .anySatisfy(line -> {
            assertThat(line.path("letter").asText()).isEqualTo(key);
            assertThat(line.path("state").asText()).isEqualTo("replayed");
          });
      assertThat(scene.gnomon("deadletters", "replay", key).out()).contains("replayed before");

      // What can't be mended comes back once more, until somebody drops it.
      String broken = letters(scene).getFirst().path("letter").asText();
      assertThat(scene.gnomon("deadletters", "replay", "--all").code()).isZero();
      Patience.await()
          .untilAsserted(() ->
              assertThat(letters(scene))
                  .singleElement()
                  .satisfies(line -> {
                    assertThat(line.path("letter").asText()).isEqualTo(broken);
                    assertThat(line.path("deaths").asInt()).isEqualTo(2);
                  }));
      assertThat(scene.gnomon("deadletters", "drop", broken).out()).contains("was dropped");
      assertThat(scene.gnomon("deadletters", "list").out()).contains("no dead letter");
    }
  }
}
