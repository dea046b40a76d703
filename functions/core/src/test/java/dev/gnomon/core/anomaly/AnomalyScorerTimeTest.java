package dev.gnomon.core.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Samples that are late, early, repeated, or after a gap.
class AnomalyScorerTimeTest {
  private static final Duration APART = Duration.ofMinutes(5);
  private static final Judgement DUPLICATE = new Judgement.Ignored(Judgement.Why.DUPLICATE);
  private static final Judgement LATE = new Judgement.Ignored(Judgement.Why.LATE);
  private static final Judgement AHEAD = new Judgement.Ignored(Judgement.Why.AHEAD);

  private static double[] noise(int samples) {
    return MadeUpSeries.of(MadeUpSeries.Noise.NORMAL, samples, 7);
  }

  private static AnomalyScorer after(double... values) {
    AnomalyScorer scorer = new AnomalyScorer();
    scored(scorer, MadeUpSeries.START, values);
    return scorer;
  }

  /// How many of them are.
  private static int scored(AnomalyScorer scorer, Instant first, double... values) {
    int scored = 0;
    for (int i = 0; i < values.length; i++) {
      Judgement judgement = scorer.judge(first.plus(APART.multipliedBy(i)), values[i]);
      scored += judgement instanceof Judgement.Scored ? 1 : 0;
    }
    return scored;
  }

  @Test
  void lateAndRepeatedSamplesAreNotScored() {
    AnomalyScorer scorer = after(noise(1_000));

    assertThat(scorer.judge(MadeUpSeries.time(999), 80)).isEqualTo(DUPLICATE);
    assertThat(scorer.judge(MadeUpSeries.time(990), 80)).isEqualTo(LATE);
    assertThat(scorer.samples()).isEqualTo(1_000);
    assertThat(scorer.judge(MadeUpSeries.time(1_000), 80).value())
        .isGreaterThanOrEqualTo(AnomalyScorer.ALARM);
  }

  @Test
  void theLastSampleIsNotScoredHoweverOftenItComesAgain() {
    double[] values = noise(1_000);
    AnomalyScorer scorer = after(values);

    for (int i = 0; i < 200; i++) {
      assertThat(scorer.judge(MadeUpSeries.time(999), values[999])).isEqualTo(DUPLICATE);
    }
  }

  @Test
  void allThatCameIsNotScoredAgainIfItComesAgain() {
    double[] values = noise(2_000);
    AnomalyScorer scorer = after(values);

    assertThat(scored(scorer, MadeUpSeries.START, values)).isZero();
    assertThat(scored(scorer, MadeUpSeries.START, values)).isZero();
    assertThat(scored(scorer, MadeUpSeries.time(2_000), noise(10))).isEqualTo(10);
  }

  @Test
  void oneSampleAheadSwallowsNoOther() {
    AnomalyScorer scorer = after(noise(1_000));

    int scored = 0;
    for (int i = 1_000; i < 2_000; i++) {
      if (i % 60 == 0) {
        assertThat(scorer.judge(MadeUpSeries.time(i).plus(Duration.ofDays(1)), 50))
            .isEqualTo(AHEAD);
      }
      scored += scorer.judge(MadeUpSeries.time(i), 50) instanceof Judgement.Scored ? 1 : 0;
    }

    assertThat(scored).isEqualTo(1_000);
  }

  @Test
  void aSecondSourceWhoseClockIsAheadIsNotHeard() {
    AnomalyScorer scorer = after(noise(1_000));

    for (int i = 1_000; i < 1_200; i++) {
      assertThat(scorer.judge(MadeUpSeries.time(i).plus(Duration.ofDays(1)), 50))
          .isInstanceOf(Judgement.Ignored.class);
      assertThat(scorer.judge(MadeUpSeries.time(i), 50)).isInstanceOf(Judgement.Scored.class);
    }
  }

  @Test
  void aClockThatWasAheadForAWhileIsLeftAgain() {
    AnomalyScorer scorer = after(noise(1_000));
    Instant wrong = MadeUpSeries.time(1_000).plus(Duration.ofDays(400));

    assertThat(scored(scorer, wrong, noise(30))).isEqualTo(29);
    assertThat(scored(scorer, MadeUpSeries.time(1_030), noise(500))).isEqualTo(498);
  }

  @Test
  void whatFillsAGapIsScored() {
    AnomalyScorer scorer = after(noise(1_000));
    assertThat(scored(scorer, MadeUpSeries.time(1_100), noise(10))).isEqualTo(9);

    assertThat(scored(scorer, MadeUpSeries.time(1_000), noise(100))).isEqualTo(98);
    assertThat(scored(scorer, MadeUpSeries.time(1_110), noise(10))).isEqualTo(10);
  }

  @Test
  void aClockThatWasSetBackBeforeAllIsBelievedInTheEnd() {
    AnomalyScorer scorer = after(noise(1_000));
    Instant earlier = MadeUpSeries.START.minus(Duration.ofDays(400));

    assertThat(scored(scorer, earlier, noise(100))).isEqualTo(37);
  }

  @Test
  void aClockThatWasSetBackIntoWhatIsKnownIsBelievedWhenItCanBeNoRepetition() {
    AnomalyScorer scorer = after(noise(300));
    for (int i = 300; i < 1_000; i++) {
      scorer.judge(MadeUpSeries.time(2 * i), 50);
    }

    assertThat(scored(scorer, MadeUpSeries.time(700), noise(1_100))).isEqualTo(101);
  }

  @Test
  void farthestTimesBreakNothing() {
    AnomalyScorer scorer = after(noise(1_000));

    for (Instant at : new Instant[] {Instant.MAX, Instant.MIN, Instant.MAX, Instant.MIN}) {
      assertThat(scorer.judge(at, 50)).isInstanceOf(Judgement.Ignored.class);
    }
    assertThat(scorer.judge(MadeUpSeries.time(1_000), 50)).isInstanceOf(Judgement.Scored.class);
    assertThat(AnomalyScorer.of(scorer.state()).state()).isEqualTo(scorer.state());
  }

  @Test
  void aGapIsNoAlarmThoughTheSeriesIsElsewhereAfterIt() {
    double[] walk = new double[1_000];
    for (int i = 1; i < walk.length; i++) {
      walk[i] = walk[i - 1] + noise(1_000)[i] - 50;
    }
    double elsewhere = walk[250];
    assertThat(Math.abs(elsewhere - walk[999])).isGreaterThan(10);
    Instant later = MadeUpSeries.time(1_000).plus(Duration.ofDays(2));

    AnomalyScorer withGap = after(walk);
    assertThat(withGap.judge(later, elsewhere)).isEqualTo(AHEAD);
    Judgement afterGap = withGap.judge(later.plus(APART), elsewhere);
    Judgement afterNone = after(walk).judge(MadeUpSeries.time(1_000), elsewhere);

    assertThat(afterGap).isInstanceOf(Judgement.Scored.class);
    assertThat(afterGap.value()).isLessThan(AnomalyScorer.ALARM);
    assertThat(afterNone.value()).isGreaterThanOrEqualTo(AnomalyScorer.ALARM);
  }
}
