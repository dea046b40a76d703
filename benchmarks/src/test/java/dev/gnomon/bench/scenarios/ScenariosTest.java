package dev.gnomon.bench.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.local.cli.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenariosTest {
  @Test
  void thirtyOrMoreOfWhichAboutAThirdAreHarmless() {
    List<Scenario> all = Scenarios.all();

    long harmless = all.stream().filter(one -> !one.fails()).count();

    assertThat(all)
        .hasSizeGreaterThanOrEqualTo(30)
        .extracting(Scenario::name)
        .doesNotHaveDuplicates();
    assertThat((double) harmless / all.size()).isBetween(0.25, 0.5);
  }

  @Test
  void everyScriptReadsOnlyDialsThatItsScenarioHas() {
    for (Scenario scenario : Scenarios.all()) {
      for (int minute = 0; minute < scenario.minutes(); minute++) {
        scenario.script().at(minute, scenario.dials(), new Strain());
      }
    }
  }

  @Test
  void refusesAScenarioThatThereIsNot() {
    assertThatThrownBy(
            () -> ScenarioOptions.parse(List.of("scenarios", "--only", "none"), System.out))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("there is no scenario 'none', there are: gradual-latency");
  }
}
