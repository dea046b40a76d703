package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendTelemetryTest {
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
  void linesOfAFileAreSentWithWhereTheyComeFrom() throws IOException {
    Path file = Files.writeString(data.resolve("app.log"), "ERROR one\nINFO two\n");
    stack.on("/v1/lines?job=my+shop&cell=east", "{\"taken\":2,\"leftOut\":0}");

    Shell shell =
        Shell.run(
            "logs",
            "send",
            file.toString(),
            "--job",
            "my shop",
            "--cell",
            "east",
            "--data",
            data.toString());

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).isEqualTo("sent 19 bytes of lines\n");
    assertThat(stack.received())
        .contains(
            new FakeStack.Received(
                "POST", "/v1/lines?job=my+shop&cell=east", "ERROR one\nINFO two\n"));
  }

  @Test
  void whatADriveSaysIsSent() throws IOException {
    Path file = Files.writeString(data.resolve("sda.json"), "{\"device\":{\"name\":\"/dev/sda\"}}");
    stack.on("/v1/smart", "{\"taken\":1,\"leftOut\":0}");

    Shell shell = Shell.run("smart", "send", file.toString(), "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).isEqualTo("sent\n");
  }

  @Test
  void aRefusalIsSaidWithItsReason() throws IOException {
    Path file = Files.writeString(data.resolve("x.json"), "{}");
    stack.on(
        "/v1/smart",
        new FakeStack.Answer(400, "{\"detail\":\"the body is not what smartctl says\"}"));

    Shell shell = Shell.run("smart", "send", file.toString(), "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("it was refused: the body is not what smartctl says");
  }

  @Test
  void aFileThatIsNotThereAndATokenThatIsNotSetAreWrongUse() throws IOException {
    Path file = Files.writeString(data.resolve("x.log"), "x\n");

    assertThat(Shell.run("logs", "send", "/nowhere/at/all", "--data", data.toString()).code())
        .isEqualTo(2);
    Shell token =
        Shell.run("logs", "send", file.toString(), "--token", "secret", "--data", data.toString());
    assertThat(token.code()).isEqualTo(2);
    assertThat(token.err()).doesNotContain("secret");
    assertThat(Shell.run("logs").code()).isEqualTo(2);
  }
}
