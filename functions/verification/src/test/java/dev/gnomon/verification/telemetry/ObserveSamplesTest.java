package dev.gnomon.verification.telemetry;

import static dev.gnomon.verification.telemetry.Telemetry.EAST;
import static dev.gnomon.verification.telemetry.Telemetry.ERRORS;
import static dev.gnomon.verification.telemetry.Telemetry.LATENCY;
import static dev.gnomon.verification.telemetry.Telemetry.ORDERS;
import static dev.gnomon.verification.telemetry.Telemetry.quiet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.Outcome;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.ScoredSample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.core.telemetry.TelemetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What becomes of samples, also of bad ones.
class ObserveSamplesTest {
  private final Telemetry telemetry = new Telemetry();

  @Test
  void aSeriesIsScoredOnceItIsKnownAndABurstIsAnAlarmThatMakesItsSubjectUnwell() {
    telemetry.run(LATENCY, quiet(0.1, 300));
    assertThat(telemetry.board.of(ORDERS).orElseThrow().health()).hasValue(1);

    telemetry.run(LATENCY, 1.0, 1.1, 0.9, 1.0);

    List<ScoredSample> scored = telemetry.forecasted;
    assertThat(scored.getFirst().reading()).isEqualTo(Reading.INCONCLUSIVE);
    assertThat(scored.get(200).reading()).isEqualTo(Reading.VALUE);
    assertThat(scored.subList(300, 304))
        .anyMatch(one -> one.judgement().value() >= AnomalyScorer.ALARM)
        .allMatch(one -> one.aspect() == Aspect.LATENCY);
    Vitals vitals = telemetry.board.of(ORDERS).orElseThrow();
    assertThat(vitals.health()).hasValue(0);
    assertThat(vitals.latency().orElseThrow()).isGreaterThan(3);
    assertThat(vitals.at()).isEqualTo(telemetry.now());
  }

  @Test
  void anotherProcessGoesOnWhereTheFirstEnded() {
    double[] values = quiet(0.1, 100);
    Telemetry one = new Telemetry();
    one.run(LATENCY, values);

    for (double value : values) {
      telemetry.run(LATENCY, value); // Each by a fresh process.
    }

    assertThat(telemetry.forecasted).isEqualTo(one.forecasted);
  }

  @Test
  void unusualTrafficAloneIsNoIllness() {
    SeriesKey traffic = SeriesKey.of("requests", Map.of("gnomon_resource", "orders"));
    telemetry.run(LATENCY, quiet(0.1, 100));
    telemetry.run(traffic, quiet(100, 100));

    telemetry.run(traffic, 5000, 5000);
    telemetry.run(LATENCY, 0.1);

    assertThat(telemetry.board.of(ORDERS).orElseThrow().health()).hasValue(1);
  }

  @Test
  void nanAndInfinitiesAreCountedAndLeaveNoTrace() {
    telemetry.run(LATENCY, quiet(0.1, 50));
    int before = telemetry.forecasted.size();

    Map<Outcome, Integer> counts =
        telemetry.observe(
            telemetry.gauge(LATENCY, Double.NaN),
            telemetry.gauge(LATENCY, Double.POSITIVE_INFINITY),
            telemetry.counter(ERRORS, Double.NEGATIVE_INFINITY));

    assertThat(counts).isEqualTo(Map.of(Outcome.NOT_A_NUMBER, 3));
    assertThat(telemetry.forecasted).hasSize(before);
    assertThat(telemetry.states.glances(ORDERS).orElseThrow()).hasSize(1);
  }

  @Test
  void duplicateAndLateSamplesAreCountedAndChangeNothing() {
    telemetry.run(LATENCY, quiet(0.1, 100));
    int before = telemetry.forecasted.size();
    Map<String, byte[]> state = state();
    Sample late = new Sample(LATENCY, telemetry.now().minusSeconds(90), 99, Sample.Kind.GAUGE);

    Map<Outcome, Integer> counts = telemetry.observe(late, telemetry.gauge(LATENCY, 99));

    assertThat(counts).isEqualTo(Map.of(Outcome.LATE, 1, Outcome.DUPLICATE, 1));
    assertThat(telemetry.forecasted).hasSize(before);
    telemetry.run(LATENCY, 0.1);
    Telemetry untouched = new Telemetry();
    untouched.run(LATENCY, quiet(0.1, 100));
    untouched.run(LATENCY, 0.1);
    assertThat(telemetry.forecasted.getLast()).isEqualTo(untouched.forecasted.getLast());
    assertThat(state).isNotEmpty();
  }

  private Map<String, byte[]> state() {
    return telemetry.states.load(ORDERS, List.of(LATENCY.id())).orElseThrow();
  }

  @Test
  void anEventThatIsDeliveredTwiceCountsOnce() {
    List<Sample> batch = new ArrayList<>();
    Instant start = telemetry.now().minus(Duration.ofHours(2));
    double[] values = quiet(0.1, 60);
    for (int i = 0; i < values.length; i++) {
      batch.add(new Sample(LATENCY, start.plusSeconds(60L * i), values[i], Sample.Kind.GAUGE));
    }
    telemetry.observer().observe(batch, telemetry.now());
    int once = telemetry.forecasted.size();

    Map<Outcome, Integer> again = telemetry.observer().observe(batch, telemetry.now()).counts();

    assertThat(again.get(Outcome.LATE)).isEqualTo(59);
    assertThat(again.get(Outcome.DUPLICATE)).isEqualTo(1);
    assertThat(telemetry.forecasted).hasSize(once);
  }

  @Test
  void aBatchInAnyOrderIsTakenInTheOrderOfItsTimes() {
    List<Sample> batch = new ArrayList<>();
    double[] values = quiet(0.1, 60);
    for (int i = 0; i < values.length; i++) {
      batch.add(
          new Sample(LATENCY, telemetry.now().minusSeconds(60L * i), values[i], Sample.Kind.GAUGE));
    }
    Collections.shuffle(batch, new java.util.Random(3));

    telemetry.observer().observe(batch, telemetry.now());

    assertThat(telemetry.forecasted)
        .hasSize(60)
        .isSortedAccordingTo((a, b) -> a.time().compareTo(b.time()));
  }

  @Test
  void aSampleOfTheFutureDoesNotMakeTheNextOnesLate() {
    telemetry.run(LATENCY, quiet(0.1, 5));
    Sample ahead =
        new Sample(LATENCY, telemetry.now().plus(Duration.ofDays(1)), 0.1, Sample.Kind.GAUGE);

    assertThat(telemetry.observe(ahead)).isEqualTo(Map.of(Outcome.AHEAD, 1));
    telemetry.clock.forward(Duration.ofMinutes(1));

    assertThat(telemetry.observe(telemetry.gauge(LATENCY, 0.1)))
        .isEqualTo(Map.of(Outcome.WARMING, 1));
  }

  @Test
  void aClockThatWasSetBackIsBelievedInTheEnd() {
    telemetry.run(LATENCY, quiet(0.1, 100));
    Instant back = telemetry.now().minus(Duration.ofDays(2));
    ObserveSamples observer = telemetry.observer();

    Map<Outcome, Integer> counts = Map.of();
    for (int i = 0; i < 200 && !counts.containsKey(Outcome.SCORED); i++) {
      telemetry.clock.forward(Duration.ofMinutes(1));
      Sample sample = new Sample(LATENCY, back.plus(Duration.ofMinutes(i)), 0.1, Sample.Kind.GAUGE);
      counts = observer.observe(List.of(sample), telemetry.now()).counts();
    }

    assertThat(counts).containsKey(Outcome.SCORED);
  }

  @Test
  void aCounterIsScoredAsItsRateAndAResetIsNoDrop() {
    ObserveSamples observer = telemetry.observer();
    double counter = 1000;
    for (int i = 0; i < 100; i++) {
      telemetry.clock.forward(Duration.ofSeconds(30));
      counter = i == 60 ? 15 : counter + 15;
      observer.observe(List.of(telemetry.counter(ERRORS, counter)), telemetry.now());
    }

    assertThat(telemetry.forecasted)
        .hasSize(99)
        .allSatisfy(one -> {
          assertThat(one.value()).isCloseTo(0.5, within(1e-9));
          assertThat(one.judgement().value()).isLessThan(AnomalyScorer.ALARM);
        });
  }

  @Test
  void aSeriesWithAMillionLabelsFillsNoMoreThanItsSubjectsBudget() {
    telemetry.policy(new TelemetryPolicy(List.of(), 20, Duration.ofDays(7)));
    telemetry.run(LATENCY, quiet(0.1, 40));
    ObserveSamples observer = telemetry.observer();

    int dropped = 0;
    for (int batch = 0; batch < 10; batch++) {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        samples.add(
            telemetry.gauge(
                SeriesKey.of(
                    "request_duration_seconds",
                    Map.of("gnomon_resource", "orders", "user", batch + "-" + i)),
                1));
      }
      dropped += observer.observe(samples, telemetry.now()).counts().get(Outcome.OVER_BUDGET);
    }

    assertThat(dropped).isEqualTo(5000 - 19);
    assertThat(telemetry.states.glances(ORDERS).orElseThrow()).hasSize(20);
    telemetry.clock.forward(Duration.ofMinutes(1));
    assertThat(telemetry.observe(telemetry.gauge(LATENCY, 0.1)))
        .isEqualTo(Map.of(Outcome.SCORED, 1));
  }

  @Test
  void seriesThatStoppedMakeRoomForOthersWhenThePlacesGetFew() {
    telemetry.policy(new TelemetryPolicy(List.of(), 10, Duration.ofDays(7)));
    for (int i = 0; i < 12; i++) {
      telemetry.observe(
          telemetry.gauge(
              SeriesKey.of("load", Map.of("gnomon_resource", "orders", "pod", "p" + i)), 1));
    }
    telemetry.clock.forward(Duration.ofMinutes(10));

    telemetry.observer().sweep(telemetry.now());

    assertThat(telemetry.observe(telemetry.gauge(LATENCY, 1)))
        .isEqualTo(Map.of(Outcome.WARMING, 1));
  }

  @Test
  void whatNoRuleMapsAndWhatTheCatalogueDoesNotKnowIsDropped() {
    SeriesKey unknown = SeriesKey.of("load", Map.of("gnomon_resource", "payments"));
    SeriesKey none = SeriesKey.of("load", Map.of("job", "orders"));
    SeriesKey noName = SeriesKey.of("load", Map.of("gnomon_cell", "../../etc"));

    assertThat(
            telemetry.observe(
                telemetry.gauge(unknown, 1), telemetry.gauge(none, 1), telemetry.gauge(noName, 1)))
        .isEqualTo(Map.of(Outcome.UNMAPPED, 3));
  }

  @Test
  void aStateThatIsDamagedIsLearntAnew() {
    telemetry.run(LATENCY, quiet(0.1, 100));
    byte[] damaged = state().get(LATENCY.id());
    damaged[damaged.length / 2] ^= 1;
    telemetry.states.store(
        ORDERS,
        List.of(new SeriesStates.Entry(LATENCY.id(), damaged, "{}")),
        new SeriesStates.Budget(10, Duration.ofDays(1)));
    telemetry.clock.forward(Duration.ofMinutes(1));

    assertThat(telemetry.observe(telemetry.gauge(LATENCY, 0.1)))
        .isEqualTo(Map.of(Outcome.WARMING, 1));
  }

  @Test
  void aSeriesThatStopsIsMissingAndNeitherGoodNorBad() {
    telemetry.run(LATENCY, quiet(0.1, 100));
    telemetry.run(SeriesKey.of("queue_length", Map.of("gnomon_cell", "east")), quiet(5, 100));
    telemetry.forecasted.clear();

    telemetry.observer().sweep(telemetry.now());

    assertThat(telemetry.forecasted)
        .as("orders stopped 100 minutes ago, at one sample a minute")
        .singleElement()
        .satisfies(one -> {
          assertThat(one.reading()).isEqualTo(Reading.MISSING);
          assertThat(one.series()).isEqualTo(LATENCY);
          assertThat(one.judgement().value()).isZero();
        });
    assertThat(telemetry.board.of(ORDERS).orElseThrow().health()).isEmpty();
    assertThat(telemetry.board.of(EAST).orElseThrow().health()).hasValue(1);
  }

  @Test
  void ifAllTelemetryStopsNothingIsBadAndNothingIsForeseen() {
    telemetry.run(LATENCY, quiet(0.1, 100));
    telemetry.run(LATENCY, 3, 3, 3);
    assertThat(telemetry.board.of(ORDERS).orElseThrow().health()).hasValue(0);

    telemetry.clock.forward(Duration.ofHours(1));
    List<?> foreseen = telemetry.observer().sweep(telemetry.now());

    assertThat(foreseen).isEmpty();
    Vitals vitals = telemetry.board.of(ORDERS).orElseThrow();
    assertThat(vitals.health()).isEmpty();
    assertThat(vitals.latency()).isEmpty();
  }
}
