package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownCommandTest {
  @TempDir Path data;

  @Test
  void stopsTheStackAndWaitsForItsEnd() throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", "echo ready; while :; do sleep 1; done; : gnomon").start();
    process.inputReader().readLine();
    try (FakeStack stack = new FakeStack(data)) {
      stack.say(process.pid());

      Shell shell = Shell.run("down", "--data", data.toString());

      assertThat(shell.code()).isZero();
      assertThat(shell.out()).contains("has stopped");
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aStackThatDoesNotStopIsExitCode3() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done; : gnomon")
            .start();
    process.inputReader().readLine();
    try (FakeStack stack = new FakeStack(data)) {
      stack.say(process.pid());

      Shell shell = Shell.run("down", "--data", data.toString(), "--timeout", "200ms");

      assertThat(shell.code()).isEqualTo(3);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void downAlreadyIsDone() throws IOException {
    Shell shell = Shell.run("down", "--data", data.toString(), "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.json().path("stopped").asBoolean(true)).isFalse();
  }

  @Test
  void aProcessThatOnlyGotTheNumberIsLeftAlone() throws Exception {
    Process other = new ProcessBuilder("sleep", "600").start();
    try (FakeStack stack = new FakeStack(data)) {
      stack.say(other.pid());

      Shell shell = Shell.run("down", "--data", data.toString());

      assertThat(shell.code()).isZero();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }
}
