package dev.gnomon.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeasureTest {
  private static Spread median(double value) {
    return new Spread(value, value / 2, value * 2);
  }

  @Test
  void saysHowManyTimesLongerThePeerTakes() {
    Measure time = Measure.of("backup", Unit.SECONDS);

    assertThat(time.ratio(median(2), median(3))).hasValue(1.5);
  }

  @Test
  void saysHowManyTimesMoreOursHasOfWhatIsGood() {
    Measure rate = Measure.rate("compression", Unit.RATIO);

    assertThat(rate.ratio(median(3), median(2))).hasValue(1.5);
  }

  @Test
  void hasNoRatioToNothing() {
    Measure time = Measure.of("backup", Unit.SECONDS);

    assertThat(time.ratio(median(0), median(3))).isEmpty();
    assertThat(time.ratio(median(0), median(0))).isEmpty();
  }

  @Test
  void wantsTimesToStayUnderTheirTarget() {
    Measure time = Measure.of("switch", Unit.SECONDS).target(0.25);

    assertThat(time.holds(median(0.2499))).hasValue(true);
    assertThat(time.holds(median(0.25))).hasValue(false);
  }

  @Test
  void wantsRatesToReachTheirTarget() {
    Measure rate = Measure.rate("compression", Unit.RATIO).target(2);

    assertThat(rate.holds(median(2))).hasValue(true);
    assertThat(rate.holds(median(1.99))).hasValue(false);
  }

  @Test
  void doesNotJudgeWithoutATarget() {
    assertThat(Measure.of("switch", Unit.SECONDS).holds(median(1))).isEmpty();
  }

  @Test
  void takesAPeerOnce() {
    Measure time = Measure.of("backup", Unit.SECONDS).against("restic", "a note");

    assertThatThrownBy(
            () -> time.against(new Comparison("restic", Optional.of(1.0), Optional.empty())))
        .hasMessageContaining("backup");
  }

  @Test
  void readingsAreFiniteAndNotNegative() {
    assertThatThrownBy(() -> new Readings(Map.of("x", Double.NaN))).hasMessageContaining("x");
    assertThatThrownBy(() -> new Readings(Map.of("x", -1.0))).hasMessageContaining("-1");
    assertThatThrownBy(() -> new Readings(Map.of("x", Double.POSITIVE_INFINITY)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
