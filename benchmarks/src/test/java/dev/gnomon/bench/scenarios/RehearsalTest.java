package dev.gnomon.bench.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Some scenarios after one day of history.
class RehearsalTest {
  @TempDir Path directory;

  private Result run(String name, int minutes, String where) throws Exception {
    return ScenarioBench.rehearse(shortened(name, minutes), 7, root(where));
  }

  private Path root(String where) throws IOException {
    return Files.createDirectory(directory.resolve(where));
  }

  private static Scenario shortened(String name, int minutes) {
    Scenario whole =
        Scenarios.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    return new Scenario(
        whole.name(),
        whole.says(),
        whole.expected(),
        minutes,
        1,
        whole.returns(),
        whole.sign(),
        whole.dials(),
        whole.script());
  }

  @Test
  void aCellThatIsCutOffIsLeftWithinAMinuteOrTwo() throws Exception {
    Result result = run("cell-cut-off", 15, "once");

    assertThat(result.recovery()).as("%s", result.story()).isPresent();
    assertThat(result.recovery().getAsDouble()).isBetween(0.0, 120.0);
    assertThat(result.lost().orElseThrow()).isBetween(0.0, 1_800.0 + 120);
    assertThat(result.flaps()).isZero();
    assertThat(result.wrong()).isEmpty();
  }

  @Test
  void whereMetricsStopNobodyIsSwitched() throws Exception {
    Result result = run("metrics-outage", 60, "once");

    assertThat(result.switches()).as("%s", result.story()).isZero();
    assertThat(result.blind()).isZero();
  }

  @Test
  void theSameSeedGivesTheSameResult() throws Exception {
    Result once = run("bad-deploy", 30, "once");
    Result again = run("bad-deploy", 30, "again");

    assertThat(again.toString()).isEqualTo(once.toString().replace("once", "again"));
  }
}
