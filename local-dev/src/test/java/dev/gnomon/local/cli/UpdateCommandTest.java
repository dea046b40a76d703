package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateCommandTest {
  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(data).on("/requests/EVENT", "{\"outcome\": \"accepted\"}");
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  @Test
  void beginSendsTheRequestAndReturnsWhenItWasTaken() {
    stack.on("/updates/u1", update("REQUESTED"));

    Shell shell = begin("--heartbeat", "30s");

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).isEqualTo("update u1: requested\n");
    JsonNode event = stack.event();
    assertThat(event.path("type").asText()).isEqualTo("dev.gnomon.update-requested.v1");
    assertThat(event.path("source").asText()).isEqualTo("/gnomon/cli");
    assertThat(event.path("specversion").asText()).isEqualTo("1.0");
    assertThat(event.path("subject").asText()).isEqualTo("u1");
    assertThat(event.path("partitionkey").asText()).isEqualTo("u1");
    assertThat(event.path("correlationid").asText()).isEqualTo("u1");
    assertThat(event.path("data").toString())
        .isEqualTo("{\"updateId\":\"u1\",\"resources\":[\"site\"],\"heartbeat\":\"PT30S\"}");
  }

  @Test
  void beginWaitsUntilTheUpdateIsReady() throws IOException {
    stack.on("/updates/u1", update("REQUESTED"), update("REQUESTED"), update("READY"));

    Shell shell = begin("--wait", "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.json().path("state").asText()).isEqualTo("READY");
    assertThat(shell.json().path("points").get(0).path("point").asText()).isEqualTo("site@7");
  }

  @Test
  void aBlockedUpdateIsAFailureWithItsReason() {
    stack.on("/updates/u1", update("REQUESTED"), update("BLOCKED"));

    Shell shell = begin("--wait");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).contains("update u1: blocked: a reason");
  }

  @Test
  void waitingTooLongIsExitCode3() {
    stack.on("/updates/u1", update("REQUESTED"));

    Shell shell = begin("--wait", "--timeout", "200ms");

    assertThat(shell.code()).isEqualTo(3);
    assertThat(shell.err()).contains("update u1 is not ready yet; it goes on");
  }

  @Test
  void aRefusedRequestIsAFailureWithItsReason() {
    stack.on(
        "/updates/u1", "{\"update\": \"u1\", \"state\": \"READY\", \"resources\": [\"other\"]}");
    stack.on(
        "/requests/EVENT",
        "{\"outcome\": \"refused\", \"kind\": \"update\", \"reason\": \"u1 was announced for other\"}");

    Shell shell = begin("--wait");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: u1 was announced for other\n");
  }

  @Test
  void anUnknownResourceIsSaidBeforeAnythingIsSent() {
    Shell shell =
        Shell.run("update", "begin", "u1", "--resource", "siet", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: unknown resource 'siet', the stack has: site\n");
    assertThat(stack.events()).isEmpty();
  }

  @Test
  void failingByCommandIsAPersonsWord() {
    stack.on("/updates/u1", update("READY"));

    Shell shell = Shell.run("update", "fail", "u1", "--reason", "5xx", "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(stack.event().path("data").toString())
        .isEqualTo("{\"updateId\":\"u1\",\"reason\":\"5xx\",\"by\":\"person\"}");
  }

  @Test
  void completeAndHeartbeatSendTheirEvents() {
    stack.on("/updates/u1", update("READY"));

    Shell.run("update", "heartbeat", "u1", "--data", data.toString());
    Shell.run("update", "complete", "u1", "--data", data.toString());

    assertThat(stack.events())
        .extracting(event -> event.path("type").asText())
        .containsExactly("dev.gnomon.update-heartbeat.v1", "dev.gnomon.update-completed.v1");
  }

  @Test
  void anEndThatIsRefusedIsAFailureWithItsReason() {
    stack.on("/updates/u1", update("READY"));
    stack.on(
        "/requests/EVENT",
        "{\"outcome\": \"refused\", \"reason\": \"update u1 has ended already: COMPLETED\"}");

    Shell shell = Shell.run("update", "fail", "u1", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: update u1 has ended already: COMPLETED\n");
  }

  @Test
  void anotherAnnouncementOfTheSameIdIsNoAnswer() {
    stack.on("/updates/u1", update("READY"));
    stack.on(
        "/requests/EVENT",
        new FakeStack.Answer(404, "{}"),
        new FakeStack.Answer(
            200, "{\"outcome\": \"refused\", \"reason\": \"u1 was announced otherwise\"}"));

    Shell shell = begin("--reason", "other", "--wait");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: u1 was announced otherwise\n");
  }

  @Test
  void anUpdateThatNobodyAnnouncedCannotEnd() {
    Shell shell = Shell.run("update", "complete", "u9", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: there is no update 'u9': begin it first\n");
    assertThat(stack.events()).isEmpty();
  }

  @Test
  void aBusyBrokerIsAskedAgainWithTheSameEvent() {
    stack.on("/updates/u1", update("REQUESTED"));
    stack.onBroker(new FakeStack.Answer(503, ""), new FakeStack.Answer(202, ""));

    Shell shell = begin();

    assertThat(shell.code()).isZero();
    assertThat(stack.events()).hasSize(1);
  }

  @Test
  void aRefusingBrokerIsTold() {
    stack.onBroker(new FakeStack.Answer(400, "{\"detail\": \"no such type\"}"));

    Shell shell = begin();

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: the broker refused the event: no such type\n");
  }

  private Shell begin(String... more) {
    String[] words = new String[7 + more.length];
    System.arraycopy(
        new String[] {"update", "begin", "u1", "--resource", "site", "--data", data.toString()},
        0,
        words,
        0,
        7);
    System.arraycopy(more, 0, words, 7, more.length);
    return Shell.run(words);
  }

  private static String update(String state) {
    return """
    {"update": "u1", "state": "%s", "resources": ["site"], "points": [{"resource": "site", "cell": "west", "point": "site@7"}]%s}
    """
        .formatted(state, state.equals("BLOCKED") ? ", \"reason\": \"a reason\"" : "")
        .replace(
            state.equals("REQUESTED")
                ? ", \"points\": [{\"resource\": \"site\", \"cell\": \"west\", \"point\": \"site@7\"}]"
                : "\0",
            "");
  }
}
