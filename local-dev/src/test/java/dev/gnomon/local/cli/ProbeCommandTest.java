package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.servers.EmbeddedRedis;
import dev.gnomon.verification.waits.ClosedPort;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One round of probes, and what the broker is told.
class ProbeCommandTest {
  @TempDir Path work;
  private FakeStack stack;
  private String config;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(work.resolve("data"));
    Path site = Files.createDirectories(work.resolve("site"));
    config = TwoCells.catalogue(work, site.toString(), "");
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private Shell once(String... words) {
    List<String> all = new ArrayList<>(List.of("probe", "--from", "north", "--once"));
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("--config", config, "--data", work.resolve("data").toString()));
    return Shell.run(all.toArray(String[]::new));
  }

  @Test
  void onceAsksEveryStoreTellsOfEachAndEnds() {
    Shell shell = once();

    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.out()).contains("store of east: ok", "store of west: ok");
    assertThat(stack.events()).hasSize(2);
    JsonNode data = stack.event().path("data");
    assertThat(data.path("vantage").asText()).isEqualTo("north");
    assertThat(data.path("outcome").asText()).isEqualTo("ok");
    assertThat(data.path("latencySeconds").asDouble()).isPositive();
  }

  @Test
  void whatItSendsSuffersWhatAnExperimentDoesToEvents() {
    stack.on(
        "/chaos/now",
        "{\"experiment\": \"x\", \"trouble\": {\"kind\": \"lost-events\", \"share\": 1.0}}");
    Shell lost = once();
    assertThat(lost.code()).as(lost.err()).isZero();
    assertThat(lost.err()).contains("an experiment lost what was seen");
    assertThat(stack.events()).isEmpty();

    stack.on(
        "/chaos/now",
        "{\"experiment\": \"y\", \"trouble\": {\"kind\": \"duplicate-events\", \"share\": 1.0}}");
    once("--cell", "west");
    Patience.await().until(() -> stack.events().size() == 2);
    assertThat(stack.events().getFirst()).isEqualTo(stack.events().getLast());
  }

  @Test
  void aStoreThatFailsIsToldWithTheReasonAndAsTheExitCode() throws IOException {
    Path cells = Files.createDirectories(work.resolve("data").resolve("cells"));
    Files.createDirectories(cells.resolve("west"));
    Files.writeString(cells.resolve("west").resolve("probes"), "in the way");

    Shell shell = once("--cell", "west");

    assertThat(shell.code()).isEqualTo(Failure.FAILED);
    assertThat(shell.out()).contains("store of west: FAILED");
    assertThat(stack.events()).hasSize(1);
    JsonNode data = stack.event().path("data");
    assertThat(data.path("outcome").asText()).isEqualTo("failed");
    assertThat(data.path("reason").asText()).isNotBlank();
    assertThat(data.has("latencySeconds")).isFalse();
  }

  @Test
  void redisIsAskedWhereItIsNamedAndOneThatIsAwayIsAFailure() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(work.resolve("redis"), "secret123");
        ClosedPort closed = new ClosedPort()) {
      Shell well = once("--cell", "west", "--redis", "east=" + redis.url());
      assertThat(well.out()).contains("Redis of east: ok").doesNotContain("secret123");
      assertThat(well.code()).isZero();
      assertThat(stack.event().path("data").path("target").asText()).isEqualTo("redis");

      Shell away = once("--cell", "west", "--redis", "east=redis://127.0.0.1:" + closed.number());

      assertThat(away.code()).isEqualTo(Failure.FAILED);
      assertThat(away.out()).contains("Redis of east: FAILED", "store of west: ok");
      assertThat(stack.event().path("data").path("outcome").asText()).isEqualTo("failed");
    }
  }

  @Test
  void aUrlOfRedisThatIsInNoVariableIsWrongUse() {
    Shell shell = once("--redis", "east=@GNOMON_TEST_NO_SUCH_VARIABLE");

    assertThat(shell.code()).isEqualTo(Failure.WRONG_USE);
    assertThat(shell.err()).contains("GNOMON_TEST_NO_SUCH_VARIABLE is not set");
    assertThat(stack.events()).isEmpty();
  }

  @Test
  void whatTheBrokerDoesNotTakeIsNotSaidToBeDone() {
    stack.onBroker(new FakeStack.Answer(400, "{\"title\": \"no\", \"status\": 400}"));

    assertThat(once("--cell", "west").code()).isNotZero();
  }
}
