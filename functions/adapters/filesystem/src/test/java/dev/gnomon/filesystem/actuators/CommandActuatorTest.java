package dev.gnomon.filesystem.actuators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.Actuator.Applied;
import dev.gnomon.core.catalogue.ActuatorSpec.Command;
import dev.gnomon.filesystem.programs.ProgramRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandActuatorTest {
  @TempDir Path temp;

  @Test
  void programFindsTheRouteInItsEnvironment() throws Exception {
    Path told = temp.resolve("told");

    assertThat(apply(3, "env | grep ^GNOMON_ | sort > " + told)).isEqualTo(new Applied.Done());

    assertThat(Files.readAllLines(told))
        .contains(
            "GNOMON_EPOCH=3",
            "GNOMON_FENCED=enforced",
            "GNOMON_PRIMARY_CELL=west",
            "GNOMON_PRIMARY_PATH=/mnt/replica/7",
            "GNOMON_RESOURCE=site",
            "GNOMON_STATE=frozen");
  }

  @Test
  void otherExitCodesMayBeRetried() {
    assertThat(apply(3, "echo no such service; exit 9"))
        .isInstanceOfSatisfying(
            Applied.Failed.class,
            failed -> {
              assertThat(failed.retryable()).isTrue();
              assertThat(failed.reason())
                  .contains("exited with 9; its output ended with: no such service");
            });
  }

  @Test
  void programThatTakesTooLongIsKilled() {
    Command slow = new Command(List.of("sleep", "600"), Duration.ofMillis(100));

    assertThat(actuator().apply(slow, Routes.resource(), Routes.route(3, "/mnt/replica/7")))
        .isEqualTo(
            new Applied.Failed("command 'sleep 600' was killed: it ran longer than 100 ms", true));
  }

  @Test
  void smallerEpochDoesNotRunTheProgram() {
    Path ran = temp.resolve("ran");
    String script = "test ! -e " + ran + " && touch " + ran;
    apply(3, script);

    assertThat(apply(2, script)).isEqualTo(new Applied.Outdated(3));
  }

  @Test
  void epochOfAFailedRunIsRememberedToo() {
    String script = "test \"$GNOMON_EPOCH\" = 2";
    apply(3, script);

    assertThat(apply(2, script)).isEqualTo(new Applied.Outdated(3));
  }

  private CommandActuator actuator() {
    return new CommandActuator(new FileAppliedEpochs(temp.resolve("state")), new ProgramRunner());
  }

  private Applied apply(long epoch, String script) {
    Command command = new Command(List.of("sh", "-c", script), Duration.ofMinutes(1));
    return actuator().apply(command, Routes.resource(), Routes.route(epoch, "/mnt/replica/7"));
  }
}
