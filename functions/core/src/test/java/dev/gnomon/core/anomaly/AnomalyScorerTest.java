package dev.gnomon.core.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnomalyScorerTest {
  private static final int MONTH = 30 * 288;

  /// After some time of noise around 50, or as told.
  private static AnomalyScorer after(double[] values) {
    AnomalyScorer scorer = new AnomalyScorer();
    for (int i = 0; i < values.length; i++) {
      scorer.judge(MadeUpSeries.time(i), values[i]);
    }
    return scorer;
  }

  private static long alarms(double[] scores, int from, int to) {
    return Arrays.stream(scores, from, to).filter(score -> score >= AnomalyScorer.ALARM).count();
  }

  private static double[] noise(int samples) {
    return MadeUpSeries.of(MadeUpSeries.Noise.NORMAL, samples, 7);
  }

  @ParameterizedTest
  @ValueSource(doubles = {80, 20, 1e300, -1e300, Double.MAX_VALUE})
  void aSpikeIsAnAlarm(double spike) {
    AnomalyScorer scorer = after(noise(1_000));

    Judgement judgement = scorer.judge(MadeUpSeries.time(1_000), spike);

    assertThat(judgement.value()).isBetween(AnomalyScorer.ALARM, 1.0);
  }

  @Test
  void aLevelThatMovesByLessThanItsNoiseIsAnAlarmInTime() {
    double[] values = noise(2_000);
    for (int i = 1_500; i < values.length; i++) {
      values[i] += 1.5;
    }

    double[] scores = MadeUpSeries.scores(values);

    assertThat(alarms(scores, 1_500, 1_600)).isPositive();
  }

  @Test
  void aSeriesThatFreezesIsAnAlarm() {
    double[] values = noise(2_000);
    Arrays.fill(values, 1_500, values.length, 50);

    double[] scores = MadeUpSeries.scores(values);

    assertThat(alarms(scores, 1_500, 1_550)).isPositive();
  }

  @Test
  void aSlowDriftIsAnAlarm() {
    double[] values = noise(2_000);
    for (int i = 1_500; i < values.length; i++) {
      values[i] += 3 * Math.min(1, (i - 1_500) / 200.0);
    }

    double[] scores = MadeUpSeries.scores(values);

    assertThat(alarms(scores, 1_500, 1_650)).isPositive();
  }

  @Test
  void anOrdinaryValueAtTheWrongTimeOfTheDayIsAnAlarm() {
    double[] values = MadeUpSeries.of(MadeUpSeries.Noise.DAILY, MONTH, 3);
    int noon = MONTH - 144;
    for (int i = noon; i < noon + 24; i++) {
      values[i] = values[i - 144];
    }

    double[] scores = MadeUpSeries.scores(values);

    assertThat(alarms(scores, noon, noon + 24)).isPositive();
  }

  @Test
  void oneIncidentIsFewAlarms() {
    double[] values = noise(2_000);
    for (int i = 1_500; i < 1_560; i++) {
      values[i] += 30;
    }

    double[] scores = MadeUpSeries.scores(values);

    assertThat(scores[1_500]).isGreaterThanOrEqualTo(AnomalyScorer.ALARM);
    assertThat(alarms(scores, 1_500, 1_570)).isLessThanOrEqualTo(4);
  }

  @Test
  void spikesThatComeEachHourStopBeingAlarms() {
    double[] values = noise(4_000);
    for (int i = 500; i < values.length; i += 12) {
      values[i] += 30;
    }

    double[] scores = MadeUpSeries.scores(values);

    assertThat(alarms(scores, 2_000, 4_000)).isLessThanOrEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 45, -3e-9, 1e200})
  void aConstantSeriesIsNeverAnAlarm(double constant) {
    double[] values = new double[3_000];
    Arrays.fill(values, constant);

    assertThat(alarms(MadeUpSeries.scores(values), 0, values.length)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, -60, 300})
  void unitsMakeNoDifference(int power) {
    double[] values = MadeUpSeries.of(MadeUpSeries.Noise.LOG_NORMAL, 3_000, 5);
    double[] scaled = Arrays.stream(values).map(value -> Math.scalb(value, power)).toArray();

    assertThat(MadeUpSeries.scores(scaled)).containsExactly(MadeUpSeries.scores(values));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNoNumberLeavesNoTrace(double value) {
    AnomalyScorer scorer = after(noise(1_000));
    byte[] before = scorer.state();

    Judgement judgement = scorer.judge(MadeUpSeries.time(1_000), value);

    assertThat(judgement).isEqualTo(new Judgement.Ignored(Judgement.Why.NOT_A_NUMBER));
    assertThat(judgement.value()).isZero();
    assertThat(scorer.state()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(MadeUpSeries.Noise.class)
  void scoresAreBetweenZeroAndOne(MadeUpSeries.Noise noise) {
    double[] values = MadeUpSeries.of(noise, 2_000, 4);
    for (int i = 100; i < values.length; i += 97) {
      values[i] *= -1e9;
    }

    assertThat(Arrays.stream(MadeUpSeries.scores(values)).boxed())
        .allMatch(score -> score >= 0 && score <= 1);
  }
}
