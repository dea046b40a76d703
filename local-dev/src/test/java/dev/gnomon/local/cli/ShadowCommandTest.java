package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadowCommandTest {
  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(data);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  @Test
  void asksForAPointByCommand() {
    Shell shell = Shell.run("shadow", "site", "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(stack.event().path("type").asText()).isEqualTo("dev.gnomon.shadow-requested.v1");
    assertThat(stack.event().path("data").toString())
        .isEqualTo("{\"resource\":\"site\",\"kind\":\"command\"}");
  }

  @Test
  void waitsUntilThePointIsThere() throws IOException {
    stack.on(
        "/requests/EVENT",
        new FakeStack.Answer(404, ""),
        new FakeStack.Answer(
            200,
            "{\"outcome\": \"done\", \"kind\": \"shadow\", \"points\": [{\"resource\": \"site\", \"cell\": \"west\", \"point\": \"site@1\"}]}"));

    Shell shell = Shell.run("shadow", "--wait", "site", "--data", data.toString(), "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.json().path("points").get(0).path("point").asText()).isEqualTo("site@1");
  }

  @Test
  void aRefusedShadowIsExitCode1() {
    stack.on("/requests/EVENT", "{\"outcome\": \"refused\", \"reason\": \"the source is empty\"}");

    Shell shell = Shell.run("shadow", "site", "--wait", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: the source is empty\n");
  }

  @Test
  void waitingTooLongIsExitCode3() {
    Shell shell =
        Shell.run("shadow", "site", "--wait", "--timeout", "100ms", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(3);
  }

  @Test
  void anUnknownResourceIsSaid() {
    Shell shell = Shell.run("shadow", "nobody", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("unknown resource 'nobody', the stack has: site");
  }
}
