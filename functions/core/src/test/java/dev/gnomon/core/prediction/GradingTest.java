package dev.gnomon.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GradingTest {
  private static final Duration HALF_HOUR = Duration.ofMinutes(30);

  private static Features features(double errors) {
    double[] values = new double[Feature.values().length];
    Arrays.fill(values, Double.NaN);
    values[Feature.ERRORS_NOW.ordinal()] = errors;
    return new Features(values, Optional.empty(), 1, List.of());
  }

  /// A row each five minutes; of errors 9 from `alarm` on; the failure, if any, right after the
  /// end.
  private static Run run(int rows, int alarm, boolean fails) {
    List<Run.Row> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      all.add(
          new Run.Row(
              features(i >= alarm ? 9 : 0),
              Samples.minute(5 * i),
              fails ? OptionalDouble.of((rows - i) * 300.0) : OptionalDouble.empty()));
    }
    return new Run("run", all, rows * 300.0);
  }

  private static double errors(Features features) {
    return features.of(Feature.ERRORS_NOW).orElse(0) / 10;
  }

  @Test
  void countsFailuresForeseenAndTheTimeThatIsLeft() {
    Grading grading =
        new Grading(
            List.of(run(100, 97, true), run(100, 200, true), run(100, 50, false)), HALF_HOUR);
    List<double[]> said = grading.said(GradingTest::errors);

    Grading.Alarms alarms = grading.alarms(said, 0.5);

    assertThat(alarms.failures()).isEqualTo(2);
    assertThat(alarms.foreseen()).isEqualTo(1);
    assertThat(alarms.leadSeconds()).isEqualTo(900);
    assertThat(alarms.falseAlarms()).isEqualTo(1);
    assertThat(alarms.falseAlarmsAWeek()).isCloseTo(6.72, within(1e-6));
    assertThat(alarms.recall()).isEqualTo(0.5);
  }

  @Test
  void anAlarmLongBeforeTheHorizonIsFalse() {
    Grading grading = new Grading(List.of(run(100, 10, true)), HALF_HOUR);

    Grading.Alarms alarms = grading.alarms(grading.said(GradingTest::errors), 0.5);

    assertThat(alarms.falseAlarms()).isEqualTo(1);
    assertThat(alarms.foreseen()).isEqualTo(1);
    assertThat(alarms.leadSeconds()).isEqualTo(1_800);
  }

  @Test
  void theBrierScoreIsTheMeanSquaredError() {
    Grading grading = new Grading(List.of(run(12, 100, true)), HALF_HOUR);

    assertThat(grading.brier(grading.said(features -> 0.5))).isEqualTo(0.25);
    assertThat(grading.brier(grading.said(features -> 0))).isEqualTo(0.5);
    assertThat(grading.baseBrier()).isEqualTo(0.25);
    assertThat(grading.calibrationError(grading.said(features -> 0.5)))
        .isCloseTo(0.5, within(0.01));
  }

  @Test
  void takesTheLowestThresholdThatKeepsFalseAlarmsFew() {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      runs.add(run(300, 1_000, false));
    }
    runs.add(run(100, 97, true));
    Grading grading = new Grading(runs, HALF_HOUR);

    Grading.Alarms alarms = grading.alarmsAt(grading.said(GradingTest::errors), 1);

    assertThat(alarms.falseAlarmsAWeek()).isLessThanOrEqualTo(1);
    assertThat(alarms.foreseen()).isEqualTo(1);
  }

  private static RampModel model(String name, double weight) {
    return new RampModel(
        name,
        new ModelForm(
            ModelForm.FORMAT,
            List.of(new ModelForm.Horizon(300, -4), new ModelForm.Horizon(3_600, -3.5)),
            List.of(new Ramp("errors.now", 0, 9, weight)),
            PlainRule.FORM.trainedOn(),
            ModelForm.Quality.UNMEASURED));
  }

  private static List<Run> mixed() {
    Random random = new Random(3);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      runs.add(random.nextDouble() < 0.4 ? run(60, 55, true) : run(60, 100, false));
    }
    return runs;
  }

  @Test
  void aChallengerThatIsClearlyBetterWins() {
    Duel duel = Duel.between(model("old", 1), model("new", 8), mixed(), HALF_HOUR);

    assertThat(duel.won()).isTrue();
    assertThat(duel.champion()).isEqualTo("old");
    assertThat(duel.challengerBrier()).isLessThan(duel.championBrier());
    assertThat(duel.leastGain()).isPositive();
    assertThat(duel.sha256()).hasSize(64);
  }

  @Test
  void aChallengerThatIsNoBetterOrWorseDoesNotServe() {
    assertThat(Duel.between(model("old", 8), model("same", 8), mixed(), HALF_HOUR).won()).isFalse();
    assertThat(Duel.between(model("old", 8), model("worse", 1), mixed(), HALF_HOUR).won())
        .isFalse();
    assertThat(Duel.between(model("old", 8), model("hardly", 8.001), mixed(), HALF_HOUR).won())
        .isFalse();
  }
}
