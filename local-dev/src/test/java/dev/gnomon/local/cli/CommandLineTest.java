package dev.gnomon.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir Path data;

  @Test
  void anUnknownCommandIsCalledSo() {
    assertThat(Shell.run("nonsense").err()).contains("gnomon: unknown command 'gnomon nonsense'");
    assertThat(Shell.run("points", "foo").err()).contains("unknown command 'gnomon points foo'");
    assertThat(Shell.run("rollback").err()).startsWith("gnomon: Missing required argument");
  }

  @Test
  void anErrorOfSeveralLinesHasALineEach() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    new Console(stream, stream, false, false).error("2 are wrong:\n  a: \u001b[31m\n  b: y");

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("gnomon: 2 are wrong:\n    a: \\x1b[31m\n    b: y\n");
  }

  static List<Throwable> endsOfMemory() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    return List.of(
        error,
        new CompletionException(error),
        new IllegalStateException("a reader failed", new ExecutionException(error)),
        new UncheckedIOException(new IOException(error)));
  }

  @ParameterizedTest
  @MethodSource("endsOfMemory")
  void aCommandThatRunsOutOfMemorySaysWhatGivesItMore(Throwable end) throws IOException {
    Path config = data.resolve("gnomon.yaml");
    assertThat(Shell.run("init", data.toString()).code()).isZero();

    Shell shell =
        Shell.run(
            request -> {
              switch (end) {
                case Error error -> throw error;
                case Exception fault -> throw fault;
                default -> throw new AssertionError(end);
              }
            },
            false,
            "up",
            "--config",
            config.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err())
        .contains("out of memory", "Java heap space", "GNOMON_STORE_HEAP", "GNOMON_HEAP")
        .doesNotContain("bug", "\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "status --nonsense",
        "status extra",
        "config",
        "update",
        "update begin",
        "update begin u1",
        "update begin u1 --resource Site",
        "update begin u/1 --resource site",
        "update begin u1 --resource site --heartbeat soon",
        "update begin u1 --resource site --heartbeat 10ms",
        "rollback",
        "rollback --resource site --cell east",
        "rollback --resource site --mode sideways",
        "rollback --resource site --to yesterday",
        "rollback --resource site --to site@0",
        "undo",
        "points",
        "points show",
        "points show site",
        "points show west:site",
        "points diff site@1",
        "points tag site@1",
        "points hold site@1",
        "points verify site",
        "points export site@1",
        "points expire",
        "points expire site --last 0 --store file:/tmp/x",
        "points expire site --within soon --store file:/tmp/x",
        "shadow",
        "shadow site --path /tmp",
        "shadow --store file:/tmp/x",
        "shadow site --resource other",
        "restore --store file:/tmp/x --point site@1",
        "restore --store file:/tmp/x --point site --to /tmp/y",
        "restore --store file:/tmp/x --point site@1 --to /",
        "restore --store ftp://x --point site@1 --to /tmp/y",
        "replica",
        "replica /tmp/x",
        "replica /tmp/x /tmp/x/y",
        "emit",
        "emit update-requested",
        "emit update-requested --body {",
        "emit update-requested --body @/nowhere/at/all",
        "emit unheard-of --body {}",
        "status --timeout soon",
        "up --port 0",
        "up --port 65536",
        "up --port http"
      })
  void wrongUseIsExitCode2AndOneSentence(String line) {
    Shell shell = Shell.run(line.isEmpty() ? new String[0] : line.split(" "));

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).startsWith("gnomon: ").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-h",
        "--version",
        "status --help",
        "update begin --help",
        "points --help"
      })
  void helpAndVersionAreExitCode0(String line) {
    Shell shell = Shell.run(line.split(" "));

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).isNotBlank();
    assertThat(shell.err()).isEmpty();
  }

  /// The parser complains on the standard error of the process about texts that it can't format.
  @Test
  void theHelpOfEveryCommandIsWellFormed() {
    PrintStream errors = System.err;
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    System.setErr(new PrintStream(complaints, true, UTF_8));
    try {
      for (String command :
          List.of(
              "init",
              "config",
              "up",
              "down",
              "status",
              "shadow",
              "update begin",
              "rollback",
              "undo",
              "explain",
              "approve",
              "pause",
              "resume",
              "merit",
              "merit unblock",
              "models list",
              "models show",
              "models train",
              "notices list",
              "notices replay",
              "points list",
              "restore",
              "emit")) {
        assertThat(Shell.run((command + " --help").split(" ")).code()).as(command).isZero();
      }
    } finally {
      System.setErr(errors);
    }
    assertThat(complaints.toString(UTF_8)).isEmpty();
  }

  @Test
  void theHelpListsEveryCommand() {
    assertThat(Shell.run("--help").out())
        .contains(
            "init",
            "config",
            "up",
            "down",
            "status",
            "shadow",
            "update",
            "rollback",
            "undo",
            "explain",
            "approve",
            "pause",
            "resume",
            "merit",
            "models",
            "notices",
            "points",
            "restore",
            "replica",
            "emit",
            "demo",
            "bench");
  }

  @Test
  void withoutAStackThereIsOneLineThatSaysHowToStartOne() {
    Shell shell = Shell.run("status", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo(
            "gnomon: no stack is running for %s: start it with \"gnomon up --data %s\"%n"
                .formatted(data, data));
  }

  @Test
  void aStackThatIsGoneButLeftItsAddressesIsSaid() throws IOException {
    try (FakeStack stack = new FakeStack(data)) {
      stack.say(1);
    }

    Shell shell = Shell.run("status", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).startsWith("gnomon: no stack is running for " + data).hasLineCount(1);
  }

  @Test
  void addressesThatAreNoJsonAreSaid() throws IOException {
    Files.writeString(data.resolve("gnomon.json"), "half");

    Shell shell = Shell.run("status", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("gnomon.json can't be read");
  }

  @Test
  void errorsAreJsonOnStandardOutputWhenJsonIsWanted() throws IOException {
    Shell failed = Shell.run("status", "--data", data.toString(), "--json");
    Shell wrong = Shell.run("status", "--json", "--nonsense");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.json().path("error").asText()).startsWith("no stack is running");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.json().path("error").asText()).contains("--nonsense");
  }

  @Test
  void theDataDirectoryIsTakenAnywhereAfterTheSubcommand() throws IOException {
    try (FakeStack stack = new FakeStack(data)) {
      stack.on("/requests/EVENT", "{\"outcome\": \"accepted\"}");
      stack.on(
          "/updates/u1", "{\"update\": \"u1\", \"state\": \"READY\", \"resources\": [\"site\"]}");
      stack.on("/points?resource=site", "[]");
      String dir = data.toString();

      assertThat(Shell.run("status", "--data", dir).code()).isZero();
      assertThat(Shell.run("status", "--data=" + dir).code()).isZero();
      assertThat(Shell.run("--data", dir, "status").code()).isZero();
      assertThat(Shell.run("update", "--data", dir, "complete", "u1").code()).isZero();
      assertThat(Shell.run("update", "complete", "--data", dir, "u1").code()).isZero();
      assertThat(Shell.run("update", "complete", "u1", "--data", dir, "--json").code()).isZero();
      assertThat(Shell.run("points", "list", "site", "--json", "--data", dir).code()).isZero();
      assertThat(Shell.run("points", "--json", "list", "--data", dir).json().isArray()).isTrue();
    }
  }

  @Test
  void theDefaultDataDirectoryLiesBesideTheCatalogue() {
    Shell shell = Shell.run("status", "--config", data + "/sub/gnomon.yaml");

    assertThat(shell.err()).contains("no stack is running for " + data + "/sub/data:");
  }

  @Test
  void namesOfOptionsMayBeValuesToo() throws IOException {
    try (FakeStack stack = new FakeStack(data)) {
      stack.on("/requests/EVENT", "{\"outcome\": \"accepted\"}");
      stack.on(
          "/updates/status", "{\"update\": \"status\", \"state\": \"READY\", \"resources\": []}");

      Shell shell = Shell.run("update", "complete", "status", "--data", data.toString());

      assertThat(shell.code()).isZero();
      assertThat(stack.event().path("data").path("updateId").asText()).isEqualTo("status");
    }
  }

  @Test
  void aFaultOfTheStackIsToldInItsOwnWords() throws IOException {
    try (FakeStack stack = new FakeStack(data)) {
      stack.on(
          "/status",
          new FakeStack.Answer(
              503, "{\"title\": \"Unavailable\", \"detail\": \"the control store is away\"}"));

      Shell shell = Shell.run("status", "--data", data.toString());

      assertThat(shell.code()).isEqualTo(1);
      assertThat(shell.err()).isEqualTo("gnomon: the control store is away\n");
    }
  }

  @Test
  void anAnswerThatIsNoJsonIsAFailureNotACrash() throws IOException {
    try (FakeStack stack = new FakeStack(data)) {
      stack.on("/status", "<html>");

      Shell shell = Shell.run("status", "--data", data.toString());

      assertThat(shell.code()).isEqualTo(1);
      assertThat(shell.err()).contains("did not answer with JSON").doesNotContain("\tat ");
    }
  }
}
