package dev.gnomon.core.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// How often noise without any anomaly alarms: what the fixed level means. It was chosen by this
/// alone, at five minutes a sample; `docs/adr/0024-anomaly-scores.md` has the figures of more
/// seeds.
class AnomalyScorerNoiseTest {
  private static final int SAMPLES = 10_000;
  private static final int START = 600;
  private static final int SEEDS = 3;
  private static final int OLD = 100_000;
  private static final int GROWN = 50_000;
  private static final int FIVE_MINUTES = 300;
  private static final double WEEK = 7 * 86_400;

  @Test
  void alarmsOnceInAboutTwelveHundredSamplesOfNoise() {
    assertThat(samplesAnAlarm(SAMPLES, START, FIVE_MINUTES, SEEDS)).isBetween(900.0, 1_500.0);
  }

  @Test
  void anOldSeriesAlarmsAsOftenAsAYoungOne() {
    assertThat(samplesAnAlarm(OLD, GROWN, FIVE_MINUTES, 1)).isBetween(900.0, 1_500.0);
  }

  @ParameterizedTest
  @CsvSource({"60,40000,0.2,1", "900,10000,0.5,2", "3600,5000,1,4"})
  void alarmsAFewTimesAWeekToAFewTimesAMonthHoweverOftenASampleComes(
      int seconds, int samples, double leastWeeks, double mostWeeks) {
    double weeks = samplesAnAlarm(samples, START, seconds, 2) * seconds / WEEK;

    assertThat(weeks).isBetween(leastWeeks, mostWeeks);
  }

  @ParameterizedTest
  @EnumSource(MadeUpSeries.Noise.class)
  void noKindOfNoiseAlarmsMuchMoreOftenThanOthers(MadeUpSeries.Noise noise) {
    double samples = (double) SEEDS * (SAMPLES - START);
    int alarms = alarms(noise, SAMPLES, START, FIVE_MINUTES, SEEDS);

    assertThat(samples / alarms).isGreaterThan(500);
  }

  private static double samplesAnAlarm(int samples, int start, int seconds, int seeds) {
    double alarms = 0;
    for (MadeUpSeries.Noise noise : MadeUpSeries.Noise.values()) {
      alarms += alarms(noise, samples, start, seconds, seeds);
    }
    return MadeUpSeries.Noise.values().length * (double) seeds * (samples - start) / alarms;
  }

  private static int alarms(
      MadeUpSeries.Noise noise, int samples, int start, int seconds, int seeds) {
    int alarms = 0;
    for (int seed = 0; seed < seeds; seed++) {
      double[] values = MadeUpSeries.of(noise, samples, seed);
      AnomalyScorer scorer = new AnomalyScorer();
      for (int i = 0; i < samples; i++) {
        Instant at = MadeUpSeries.START.plusSeconds((long) i * seconds);
        boolean alarm = scorer.judge(at, values[i]).value() >= AnomalyScorer.ALARM;
        alarms += alarm && i >= start ? 1 : 0;
      }
    }
    return alarms;
  }
}
