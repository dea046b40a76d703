package dev.gnomon.core.prediction;

import static dev.gnomon.core.prediction.Samples.minute;
import static dev.gnomon.core.prediction.Samples.missing;
import static dev.gnomon.core.prediction.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubjectStateTest {
  private static final String ERRORS = "http_errors_ratio";
  private static final String LATENCY = "request_duration_seconds";

  private static final Subject ORDERS = new Subject.OfResource(new ResourceName("orders"));

  private final SubjectState state = new SubjectState();

  private void take(ScoredSample... samples) {
    Instant now =
        Arrays.stream(samples).map(ScoredSample::time).max(Instant::compareTo).orElseThrow();
    state.take(List.of(samples), now);
  }

  private double value(Feature feature, double atMinute) {
    return state.features(minute(atMinute)).of(feature).orElse(Double.NaN);
  }

  private void calm(String metric, Aspect aspect, double level, int from, int to) {
    for (int i = from; i < to; i++) {
      take(sample(metric, aspect, i, level, 0.3));
    }
  }

  private static Said said(Instant onset) {
    Estimate estimate =
        new Estimate(
            0.4,
            Duration.ofMinutes(30),
            Optional.of(onset),
            Optional.empty(),
            1,
            List.of(new Estimate.Contribution("errors.now", 3, 1.5, "errors are up")),
            "m");
    return Said.of(
        2, "m", new Foreseen(ORDERS, onset + "/2", estimate, List.of("x"), onset.plusSeconds(60)));
  }

  @Test
  void knowsNothingOfASubjectThatNothingWasHeardOf() {
    Features features = state.features(minute(0));

    assertThat(features.of(Feature.ERRORS_NOW)).isEmpty();
    assertThat(features.of(Feature.ERRORS_LEVEL)).isEmpty();
    assertThat(features.of(Feature.EPISODE_MINUTES)).hasValue(0);
    assertThat(features.known()).isZero();
    assertThat(features.onset()).isEmpty();
  }

  @Test
  void surpriseRisesWithStrangeSamplesAndFadesAfterThem() {
    calm(ERRORS, Aspect.ERRORS, 0.001, 0, 60);
    for (int i = 60; i < 70; i++) {
      take(sample(ERRORS, Aspect.ERRORS, i, 0.2, 8));
    }

    assertThat(value(Feature.ERRORS_NOW, 69)).isBetween(6.5, 8.0);
    assertThat(value(Feature.ERRORS_LASTING, 69)).isBetween(0.3, 2.0);
    assertThat(value(Feature.ERRORS_LEVEL, 69)).isBetween(0.1, 0.2);
    assertThat(value(Feature.ERRORS_SHARE, 69)).isEqualTo(1);
    assertThat(value(Feature.ASPECTS_ALARMING, 69)).isEqualTo(1);
    assertThat(value(Feature.ERRORS_NOW, 120)).isLessThan(0.1);
  }

  @Test
  void latencyThatFallsIsNoTrouble() {
    calm(LATENCY, Aspect.LATENCY, 0.2, 0, 60);
    for (int i = 60; i < 70; i++) {
      take(sample(LATENCY, Aspect.LATENCY, i, 0.02, 8));
    }

    assertThat(value(Feature.LATENCY_NOW, 69)).isLessThan(0.2);
    assertThat(state.onset(minute(69))).isEmpty();
  }

  @Test
  void trafficThatFallsIsToldApartFromTrafficThatRises() {
    calm("requests", Aspect.TRAFFIC, 100, 0, 60);
    for (int i = 60; i < 70; i++) {
      take(sample("requests", Aspect.TRAFFIC, i, 5, 8));
    }

    assertThat(value(Feature.TRAFFIC_DROP, 69)).isGreaterThan(6);
    assertThat(value(Feature.TRAFFIC_NOW, 69)).isLessThan(0.2);
  }

  @Test
  void anEpisodeReachesBackToWhereTheFirstSeriesBeganToStir() {
    calm(ERRORS, Aspect.ERRORS, 0.001, 0, 60);
    calm(LATENCY, Aspect.LATENCY, 0.1, 0, 60);
    for (int i = 60; i < 65; i++) {
      take(sample(LATENCY, Aspect.LATENCY, i, 0.2, 3));
    }
    assertThat(state.onset(minute(64))).isEmpty();
    for (int i = 65; i < 75; i++) {
      take(sample(LATENCY, Aspect.LATENCY, i, 0.2, 3), sample(ERRORS, Aspect.ERRORS, i, 0.1, 9));
    }

    Instant onset = state.onset(minute(74)).orElseThrow();
    assertThat(onset).isBetween(minute(60), minute(65));
    assertThat(value(Feature.EPISODE_MINUTES, 74)).isBetween(9.0, 14.0);
    assertThat(state.onset(minute(74).plus(SubjectState.QUIET).plusSeconds(1))).isEmpty();
  }

  @Test
  void anEpisodeThatIsOverMakesRoomForTheNext() {
    calm(ERRORS, Aspect.ERRORS, 0.001, 0, 60);
    for (int i = 60; i < 65; i++) {
      take(sample(ERRORS, Aspect.ERRORS, i, 0.2, 9));
    }
    Instant first = state.onset(minute(64)).orElseThrow();
    state.say(said(first));
    calm(ERRORS, Aspect.ERRORS, 0.001, 65, 120);
    for (int i = 120; i < 125; i++) {
      take(sample(ERRORS, Aspect.ERRORS, i, 0.2, 9));
    }

    assertThat(state.onset(minute(124)).orElseThrow()).isAfter(first.plusSeconds(1_800));
    assertThat(state.said(minute(124))).isEmpty();
  }

  @Test
  void whatIsMissingMakesNothingLargerButTheShareOfWhatIsMissing() {
    for (int i = 0; i < 60; i++) {
      take(
          sample(ERRORS, Aspect.ERRORS, i, 0.001, i > 55 ? 5 : 0.2),
          sample(LATENCY, Aspect.LATENCY, i, 0.1, 0.2),
          sample("requests", Aspect.TRAFFIC, i, 100, 0.2));
    }
    double[] before = state.features(minute(64)).values();

    state.take(
        List.of(missing(LATENCY, Aspect.LATENCY, 59), missing("requests", Aspect.TRAFFIC, 59)),
        minute(64));

    Features after = state.features(minute(64));
    for (Feature feature : Feature.values()) {
      double now = after.of(feature).orElse(0);
      double then = before[feature.ordinal()];
      if (feature != Feature.MISSING_SHARE) {
        assertThat(now).as(feature.key()).isLessThanOrEqualTo(Double.isNaN(then) ? 0 : then);
      }
    }
    assertThat(after.of(Feature.MISSING_SHARE).orElseThrow()).isCloseTo(2.0 / 3, within(1e-9));
    assertThat(after.known()).isCloseTo(1.0 / 3, within(1e-9));
  }

  @Test
  void whatIsInconclusiveProvesNothing() {
    calm("probe_success", Aspect.PROBES, 1, 0, 60);
    for (int i = 60; i < 80; i++) {
      take(sample("probe_success", Aspect.PROBES, i, 0, 9, Reading.INCONCLUSIVE));
    }

    assertThat(value(Feature.PROBES_NOW, 79)).isLessThan(0.5);
    assertThat(state.features(minute(79)).of(Feature.PROBES_FAILING)).isEmpty();
    assertThat(state.onset(minute(79))).isEmpty();
  }

  @Test
  void aLimitThatIsNearIsSeenBeforeItIsReached() {
    for (int i = 0; i < 240; i++) {
      double used = i < 120 ? 0.5 : 0.5 + (i - 120) * 0.003;
      take(
          sample(
              "filesystem_utilization_ratio",
              Aspect.SATURATION,
              i,
              used + 1e-4 * ((i * 7919) % 11 - 5),
              0.2));
    }

    // 0.857 used and 0.18 more each hour: 0.8 hours to go.
    assertThat(value(Feature.LIMIT_USED, 239)).isCloseTo(0.845, within(0.02));
    assertThat(value(Feature.LIMIT_SOON, 239)).isBetween(0.45, 0.65);
  }

  @Test
  void whatIsLeftOfADiskIsALimitTheOtherWayRound() {
    calm("nvme_available_spare_ratio", Aspect.HARDWARE, 0.05, 0, 60);

    assertThat(value(Feature.LIMIT_USED, 59)).isCloseTo(0.95, within(1e-6));
  }

  @Test
  void changesAndIncidentsFade() {
    state.changed(minute(0));
    state.failed(minute(0));
    state.failed(minute(0));

    assertThat(value(Feature.CHANGE_RECENT, 0)).isCloseTo(1, within(1e-9));
    assertThat(value(Feature.CHANGE_RECENT, 60)).isCloseTo(0.5, within(1e-9));
    assertThat(value(Feature.INCIDENTS_PAST, 0)).isCloseTo(2, within(1e-9));
    assertThat(value(Feature.INCIDENTS_PAST, 14 * 24 * 60)).isCloseTo(1, within(1e-9));
  }

  @Test
  void samplesInTheWrongOrderTwiceOrFromTheFutureDoNoHarm() {
    calm(ERRORS, Aspect.ERRORS, 0.001, 0, 60);
    double[] before = state.features(minute(60)).values();

    state.take(List.of(sample(ERRORS, Aspect.ERRORS, 30, 1, 12)), minute(60));
    state.take(List.of(sample(ERRORS, Aspect.ERRORS, 59, 1, 12)), minute(60));
    assertThat(state.features(minute(60)).values()).containsExactly(before);

    state.take(List.of(sample(ERRORS, Aspect.ERRORS, 1e6, 0.001, 0.3)), minute(60));
    state.take(List.of(sample(ERRORS, Aspect.ERRORS, 61, 0.2, 9)), minute(61));
    assertThat(value(Feature.ERRORS_NOW, 61)).isGreaterThan(1);
  }

  @Test
  void goesOnElsewhereAsIfItHadNeverBeenAway() {
    for (int i = 0; i < 100; i++) {
      take(
          sample(ERRORS, Aspect.ERRORS, i, i > 90 ? 0.2 : 0.001, i > 90 ? 7 : 0.2),
          sample(LATENCY, Aspect.LATENCY, i, 0.1 + i * 1e-4, 0.4));
    }
    state.failed(minute(3));
    state.say(said(minute(91)));

    SubjectState copy = SubjectState.of(state.state());

    assertThat(copy.features(minute(101)).values())
        .containsExactly(state.features(minute(101)).values());
    assertThat(copy.onset(minute(101))).isEqualTo(state.onset(minute(101)));
    assertThat(copy.said(minute(101))).isEqualTo(state.said(minute(101))).isPresent();
    assertThat(copy.state()).isEqualTo(state.state());
  }

  @Test
  void whatIsSaidStaysSmallAndTheFirstSentencesStay() {
    Foreseen long1 = said(minute(1)).foreseen(ORDERS);
    List<String> evidence = java.util.Collections.nCopies(100, "e".repeat(4_000));

    Said said =
        Said.of(
            1,
            "m".repeat(500),
            new Foreseen(ORDERS, long1.episode(), long1.estimate(), evidence, minute(2)));

    assertThat(said.words().evidence()).hasSizeBetween(10, 20);
    assertThat(said.by("m".repeat(500))).isTrue();
    state.seen(minute(1), minute(2));
    state.say(said);
    assertThat(SubjectState.of(state.state()).said(minute(2))).hasValue(said);
  }

  @Test
  void stateThatIsDamagedOrOfAnotherVersionIsRefused() {
    calm(ERRORS, Aspect.ERRORS, 0.001, 0, 5);
    byte[] good = state.state();
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      assertThatThrownBy(() -> SubjectState.of(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> SubjectState.of(new byte[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("damaged state of 3 bytes");
  }

  @Test
  void aSubjectWithAMillionSeriesStaysSmallAndKeepsTheStrangest() {
    take(sample("strange", Aspect.ERRORS, 0, 0.001, 0.2));
    take(sample("strange", Aspect.ERRORS, 1, 1, 12));
    for (int i = 0; i < 5_000; i++) {
      state.take(List.of(sample("dull_" + i, Aspect.OTHER, 1, 1, 0.1)), minute(1));
    }

    assertThat(state.series()).hasSize(SubjectState.MOST_SERIES);
    assertThat(state.state()).hasSizeLessThan(SubjectStates.MOST_BYTES);
    assertThat(value(Feature.ERRORS_NOW, 1)).isGreaterThan(1);
  }

  private static ScoredSample known(
      String metric, Aspect aspect, double at, double value, double surprise, double usual) {
    ScoredSample sample = sample(metric, aspect, at, value, surprise);
    return new ScoredSample(
        sample.series(), aspect, sample.time(), value, sample.judgement(), sample.reading(), usual);
  }

  @Test
  void troubleOfASeriesIsSeenHoweverManyOthersThereAre() {
    int series = SubjectState.MOST_SERIES + 44;
    for (int i = 0; i < 60; i++) {
      for (int n = 0; n < series; n++) {
        take(known("errors_total_" + n, Aspect.ERRORS, i, 1, 0.3, 1));
      }
    }
    assertThat(state.series()).hasSize(SubjectState.MOST_SERIES);
    for (int i = 60; i < 66; i++) {
      for (int n = 0; n < series; n++) {
        boolean strange = n == series - 1;
        take(known("errors_total_" + n, Aspect.ERRORS, i, strange ? 9 : 1, strange ? 9 : 0.3, 1));
      }
    }

    assertThat(value(Feature.ERRORS_NOW, 65)).isGreaterThan(5);
    assertThat(state.onset(minute(65))).isPresent();
    assertThat(state.series()).hasSize(SubjectState.MOST_SERIES);
  }

  @Test
  void whatIsCalmDrivesOutNothingThatWasLearnt() {
    for (int i = 0; i < 100; i++) {
      for (int n = 0; n < SubjectState.MOST_SERIES; n++) {
        take(known("used_ratio_" + n, Aspect.SATURATION, i, 1, 0.3, 1));
      }
    }
    List<String> before = List.copyOf(state.series().keySet());

    for (int n = 0; n < 500; n++) {
      take(known("new_" + n, Aspect.SATURATION, 100, 1, 0.3, 1));
    }

    assertThat(state.series().keySet()).containsExactlyElementsOf(before);
  }

  @Test
  void ofWhatIsLeftLessIsWorse() {
    calm("node_filesystem_avail_bytes", Aspect.SATURATION, 1e9, 0, 60);
    calm("node_memory_MemFree_bytes", Aspect.SATURATION, 1e9, 0, 60);
    for (int i = 60; i < 66; i++) {
      take(sample("node_memory_MemFree_bytes", Aspect.SATURATION, i, 9e9, 8));
    }
    assertThat(value(Feature.SATURATION_NOW, 65)).isLessThan(0.5);

    for (int i = 60; i < 66; i++) {
      take(sample("node_filesystem_avail_bytes", Aspect.SATURATION, i, 1e6, 8));
    }

    assertThat(value(Feature.SATURATION_NOW, 65)).isGreaterThan(4);
  }

  @Test
  void seriesThatWereReplacedAreExpectedNoLonger() {
    calm("errors_of_pod_1", Aspect.ERRORS, 0, 0, 60);
    for (int i = 60; i < 180; i++) {
      take(
          missing("errors_of_pod_1", Aspect.ERRORS, 59),
          sample("errors_of_pod_2", Aspect.ERRORS, i, 0, 0.3));
      if (i == 70) {
        assertThat(state.features(minute(i)).known()).isEqualTo(0.5);
      }
    }

    assertThat(state.features(minute(179)).known()).isEqualTo(1);
    assertThat(value(Feature.MISSING_SHARE, 179)).isZero();
  }

  @Test
  void whereEverythingIsGoneNothingIsKnown() {
    calm(ERRORS, Aspect.ERRORS, 0, 0, 60);

    state.take(List.of(missing(ERRORS, Aspect.ERRORS, 59)), minute(300));

    assertThat(state.features(minute(300)).known()).isZero();
    assertThat(value(Feature.MISSING_SHARE, 300)).isEqualTo(1);
  }

  @Test
  void aPlannedChangeCountsFromItsTimeOn() {
    state.planned(minute(600), minute(0));
    state.changed(minute(10));

    assertThat(value(Feature.CHANGE_RECENT, 70)).isCloseTo(0.5, within(1e-9));
    assertThat(value(Feature.CHANGE_RECENT, 599)).isLessThan(0.01);
    assertThat(value(Feature.CHANGE_RECENT, 600)).isEqualTo(1);
    SubjectState copy = SubjectState.of(state.state());
    assertThat(copy.features(minute(660)).of(Feature.CHANGE_RECENT).orElseThrow())
        .isCloseTo(0.5, within(1e-9));
  }
}
