package dev.gnomon.core.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Prices;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectedLossTest {
  private static Outlook outlook(double p, double weight, double loss, Option... rollbacks) {
    Map<Option, Effort> efforts = new java.util.EnumMap<>(Option.class);
    for (Option rollback : rollbacks) {
      efforts.put(rollback, new Effort(rollback == Option.RESTORE ? 30 : 1, "measured"));
    }
    return new Outlook(
        new Likelihood.Known(p),
        weight,
        60,
        loss,
        efforts,
        Optional.of(new Effort(30, "measured")),
        new Effort(10, "measured"),
        List.of());
  }

  /// The costs by hand, from the table of the class, with the default prices.
  @ParameterizedTest
  @EnumSource
  void costsAreThoseOfTheTable(Option option) {
    ExpectedLoss.Weighed weighed =
        new ExpectedLoss(Prices.DEFAULT)
            .of(outlook(0.5, 1, 24.2, Option.SWITCH, Option.SWITCH_AND_RESTORE, Option.RESTORE));
    double p = 0.5;
    double loss = 24.2;
    double expected =
        switch (option) {
          case STAY -> p * (300 + 1 + (loss + 60));
          case PRE_STAGE -> 30 + 0.01 * 10 + p * (300 + 1 + (60 + 0.5 * loss));
          case SWITCH -> 1 + 0.1 * loss + 30 + p * 60;
          case SWITCH_AND_RESTORE -> 1 + 0.1 * loss + 2 + 0.01 * 30 + p * 60;
          case RESTORE -> 30 + 0.1 * loss + p * 60;
        };
    assertThat(weighed.costs())
        .filteredOn(cost -> cost.option() == option)
        .singleElement()
        .satisfies(cost ->
            assertThat(cost.total())
                .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-9)));
    assertThat(weighed.chosen()).isEqualTo(Option.SWITCH_AND_RESTORE);
    assertThat(weighed.why()).contains("switch-and-restore").contains("stay 192.6");
  }

  @Test
  void theSameRiskIsActedOnForACriticalResourceOnly() {
    ExpectedLoss losses = new ExpectedLoss(Prices.DEFAULT);

    assertThat(losses.of(outlook(0.1, 0.3, 0, Option.SWITCH)).chosen()).isEqualTo(Option.STAY);
    assertThat(losses.of(outlook(0.25, 10, 0, Option.SWITCH)).chosen()).isEqualTo(Option.SWITCH);
  }

  @Test
  void aFreshShadowIsTakenWhereMuchWouldBeLostAndNoRollbackIsPossible() {
    assertThat(new ExpectedLoss(Prices.DEFAULT).of(outlook(0.2, 1, 3600)).chosen())
        .isEqualTo(Option.PRE_STAGE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -0.1, 1.1, Double.POSITIVE_INFINITY})
  void noProbabilityOutsideOfZeroToOne(double p) {
    assertThatThrownBy(() -> new Likelihood.Known(p)).hasMessageContaining("probability");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1})
  void noEffortThatIsNoDuration(double seconds) {
    assertThatThrownBy(() -> new Effort(seconds, "x")).hasMessageContaining("0 s or more");
  }
}
