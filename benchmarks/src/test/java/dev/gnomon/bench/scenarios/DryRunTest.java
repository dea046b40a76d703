package dev.gnomon.bench.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.prediction.Run;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
  @TempDir Path directory;

  @Test
  void eachRowSaysHowLongItIsUntilUsersAreFailed() throws Exception {
    Scenario burst =
        Scenarios.all().stream().filter(one -> one.name().equals("error-burst")).findFirst().get();
    Scenario young =
        new Scenario(
            burst.name(),
            burst.says(),
            burst.expected(),
            30,
            1,
            false,
            true,
            burst.dials(),
            burst.script());

    DryRun.Told told = new DryRun(young, 3, directory).told();

    Run.Row last = told.run().rows().getLast();
    assertThat(told.said()).hasSize(told.run().rows().size());
    assertThat(Arrays.stream(told.said()).boxed())
        .allMatch(probability -> probability >= 0 && probability <= 1);
    assertThat(last.secondsToFailure().orElseThrow()).isBetween(1.0, Usual.CADENCE_SECONDS);
    assertThat(told.said()[told.said().length - 1]).isGreaterThan(told.said()[0]);
  }
}
