package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// Kills a stack right after steps, and looks whether anything was done twice.
final class Kills {
  private static final int KILLED = 137;

  private Kills() {}

  /// What is asked of the first stack.
  interface Begin {
    void on(RunningStack stack) throws Exception;

    /// Sends an event, with single quotes for double ones.
    static Begin event(String type, String data) {
      return stack -> send(stack, type, data);
    }
  }

  static void send(RunningStack stack, String type, String data) throws Exception {
    assertThat(stack.event("the-event", type, json(data))).isEqualTo(202);
  }

  /// Starts the stack again and again, each time to die right after the next step; only the first
  /// one is asked for something.
  static void afterEach(Scene scene, List<String> steps, Begin begin) throws Exception {
    boolean begun = false;
    for (String step : steps) {
      try (RunningStack stack = RunningStack.launch(scene, Map.of("GNOMON_HALT_AFTER", step))) {
        if (!begun) {
          stack.awaitReady();
          begin.on(stack);
          begun = true;
        }
        assertThat(stack.awaitEnd()).as("after %s", step).isEqualTo(KILLED);
      }
    }
  }

  static void assertUpdateIsReadyOnce(Scene scene, RunningStack stack) throws Exception {
    assertThat(stack.await("/updates/u1", "state", "READY").path("points")).hasSize(1);
    assertThat(pointsOf(stack, "site", "update")).hasSize(1);
    assertNothingTwice(scene, stack, "site");
  }

  /// Points of a kind.
  static List<String> pointsOf(RunningStack stack, String resource, String kind) throws Exception {
    List<String> found = new ArrayList<>();
    for (JsonNode entry : stack.find("/points?resource=" + resource).orElseThrow()) {
      if (entry.at("/point/kind").asText().equalsIgnoreCase(kind)) {
        found.add(entry.at("/point/id").asText());
      }
    }
    return found;
  }

  /// Epochs have no gaps, the route serves, and no event was given up.
  static void assertNothingTwice(Scene scene, RunningStack stack, String resource)
      throws Exception {
    List<Long> epochs = scene.epochs(resource);
    assertThat(epochs).isEqualTo(LongStream.rangeClosed(1, epochs.size()).boxed().toList());
    JsonNode route = stack.find("/routes/" + resource).orElseThrow();
    assertThat(route.path("state").asText()).isEqualTo("SERVING");
    assertThat(route.path("epoch").asLong()).isEqualTo(epochs.size());
    assertThat(stack.deadLetters()).isEmpty();
  }

  static String json(String quoted) {
    return quoted.replace('\'', '"');
  }
}
