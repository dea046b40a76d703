package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmitCommandTest {
  private static final String BODY = "{\"updateId\":\"u1\",\"resources\":[\"site\"]}";

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
  void sendsAnEventWithAShortType() {
    Shell shell =
        Shell.run(
            "emit", "update-requested", "--body", BODY, "--id", "e1", "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).isEqualTo("sent dev.gnomon.update-requested.v1, id e1\n");
    JsonNode event = stack.event();
    assertThat(event.path("id").asText()).isEqualTo("e1");
    assertThat(event.path("subject").asText()).isEqualTo("u1");
    assertThat(event.path("data").toString()).isEqualTo(BODY);
  }

  @Test
  void takesTheFullTypeAFileAndASubjectOfAnyKind() throws IOException {
    Path file = Files.writeString(data.resolve("body.json"), BODY);

    Shell shell =
        Shell.run(
            "emit",
            "dev.gnomon.update-requested.v1",
            "--body",
            "@" + file,
            "--subject",
            "ünder\nstood",
            "--data",
            data.toString());

    assertThat(shell.code()).isZero();
    assertThat(stack.event().path("subject").asText()).isEqualTo("ünder\nstood");
    assertThat(stack.event().path("data").toString()).isEqualTo(BODY);
  }

  @Test
  void sendsOtherPeoplesEventsAsTheyAre() {
    Shell shell =
        Shell.run("emit", "com.example.deployed", "--body", "[1, 2]", "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(stack.event().path("type").asText()).isEqualTo("com.example.deployed");
    assertThat(stack.event().path("data").toString()).isEqualTo("[1,2]");
  }

  @Test
  void aDryRunPrintsTheEventAndNeedsNoStack() throws IOException {
    Shell shell = Shell.run("emit", "sweep-due", "--body", "{}", "--id", "e2", "--dry-run");

    assertThat(shell.code()).isZero();
    assertThat(shell.json().path("type").asText()).isEqualTo("dev.gnomon.sweep-due.v1");
    assertThat(shell.json().path("id").asText()).isEqualTo("e2");
    assertThat(shell.json().path("specversion").asText()).isEqualTo("1.0");
    assertThat(stack.events()).isEmpty();
  }

  @Test
  void dataThatBreaksItsSchemaIsNotSent() {
    Shell shell =
        Shell.run(
            "emit",
            "update-requested",
            "--body",
            "{\"updateId\":\"u1\",\"colour\":\"red\"}",
            "--data",
            data.toString());

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err())
        .contains("--body is no update-requested.v1")
        .contains("resources")
        .contains("colour");
    assertThat(stack.events()).isEmpty();
  }

  @Test
  void aBrokerThatRefusesIsExitCode1() {
    stack.onBroker(new FakeStack.Answer(400, "{\"detail\": \"too large\"}"));

    Shell shell = Shell.run("emit", "sweep-due", "--body", "{}", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: the broker refused the event: too large\n");
  }
}
