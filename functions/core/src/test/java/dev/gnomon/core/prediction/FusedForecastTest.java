package dev.gnomon.core.prediction;

import static dev.gnomon.core.prediction.Samples.minute;
import static dev.gnomon.core.prediction.Samples.missing;
import static dev.gnomon.core.prediction.Samples.sample;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FusedForecastTest {
  private static final Subject ORDERS = new Subject.OfResource(new ResourceName("orders"));
  private static final PredictionPolicy POLICY = new PredictionPolicy(Duration.ofMinutes(30), 0.3);

  private final SubjectStates states = new MemorySubjectStates(100);
  private final AtomicReference<Serving> shelf =
      new AtomicReference<>(new Serving(PlainRule.MODEL, List.of()));
  private final ModelInUse models = new ModelInUse(shelf::get, states);
  private final FusedForecast forecast = new FusedForecast(states, models, POLICY);

  private static List<ScoredSample> service(double at, double errors, double surprise) {
    return List.of(
        sample("http_errors_ratio", Aspect.ERRORS, at, errors, surprise),
        sample("request_duration_seconds", Aspect.LATENCY, at, 0.1 + errors, surprise),
        sample("probe_success", Aspect.PROBES, at, errors > 0.5 ? 0 : 1, 0.1));
  }

  private List<Foreseen> observe(double at, List<ScoredSample> samples) {
    return forecast.observed(ORDERS, samples, minute(at));
  }

  private void calm(int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(observe(i, service(i, 0.001, 0.3))).isEmpty();
    }
  }

  private static String onset(String episode) {
    return episode.substring(0, episode.indexOf('/'));
  }

  @Test
  void aTroubleIsForeseenOnceAndAgainOnlyWhenItIsMuchLikelier() {
    calm(0, 120);
    List<Foreseen> all = new ArrayList<>();
    for (int i = 120; i < 160; i++) {
      all.addAll(observe(i, service(i, Math.min(0.4, (i - 119) * 0.02), 9)));
    }

    Map<String, List<Foreseen>> words =
        all.stream().collect(Collectors.groupingBy(Foreseen::episode, TreeMap::new, toList()));
    assertThat(words).hasSizeBetween(1, 4);
    assertThat(words.keySet().stream().map(FusedForecastTest::onset).distinct()).hasSize(1);
    assertThat(words.values())
        .as("said again in the same words")
        .allSatisfy(same -> assertThat(Set.copyOf(same)).hasSize(1));
    assertThat(all.getFirst().estimate().onset().orElseThrow()).isBetween(minute(119), minute(124));
    assertThat(all.getLast().estimate().probability())
        .isGreaterThan(all.getFirst().estimate().probability() + 0.1);
    assertThat(all.getFirst().evidence().getFirst()).contains("by model plain-rule-1");
    assertThat(all.getFirst().evidence())
        .anyMatch(text -> text.contains("http_errors_ratio is at"));
  }

  @Test
  void theNextTroubleIsAnotherEpisode() {
    calm(0, 120);
    List<Foreseen> all = new ArrayList<>();
    for (int i = 120; i < 130; i++) {
      all.addAll(observe(i, service(i, 0.4, 9)));
    }
    calm(200, 300);
    for (int i = 300; i < 310; i++) {
      all.addAll(observe(i, service(i, 0.4, 9)));
    }

    assertThat(all.stream().map(Foreseen::episode).map(FusedForecastTest::onset).distinct())
        .hasSize(2);
  }

  @Test
  void neitherMissingNorInconclusiveReadingsEverForeseeAFailure() {
    calm(0, 120);
    for (int i = 120; i < 400; i++) {
      assertThat(
              observe(
                  i,
                  List.of(
                      missing("http_errors_ratio", Aspect.ERRORS, 119),
                      missing("request_duration_seconds", Aspect.LATENCY, 119),
                      sample("probe_success", Aspect.PROBES, i, 0, 12, Reading.INCONCLUSIVE))))
          .isEmpty();
    }
    assertThat(forecast.estimate(ORDERS, minute(399)).orElseThrow().probability()).isLessThan(0.01);
  }

  @Test
  void whenEverythingStopsInTheMiddleOfATroubleNothingNewIsSaid() {
    calm(0, 120);
    for (int i = 120; i < 124; i++) {
      observe(i, service(i, 0.05, 4));
    }
    double before = forecast.estimate(ORDERS, minute(124)).orElseThrow().probability();
    for (int i = 124; i < 200; i++) {
      assertThat(observe(i, List.of(missing("http_errors_ratio", Aspect.ERRORS, 123)))).isEmpty();
      assertThat(forecast.estimate(ORDERS, minute(i)).orElseThrow().probability())
          .isLessThanOrEqualTo(before + 0.1);
    }
  }

  @Test
  void lossOfAllThatIsRememberedIsAColdStartAndNoTrigger() {
    calm(0, 120);
    FusedForecast elsewhere =
        new FusedForecast(
            new MemorySubjectStates(100),
            new ModelInUse(shelf::get, new MemorySubjectStates(1)),
            POLICY);
    for (int i = 120; i < 240; i++) {
      assertThat(elsewhere.observed(ORDERS, service(i, 0.001, 0.3), minute(i))).isEmpty();
    }
  }

  @Test
  void damagedStateIsAsNone() {
    states.store(ORDERS.toString(), new SubjectStates.Kept(7, new byte[] {1, 2, 3}));

    calm(0, 10);

    assertThat(forecast.estimate(ORDERS, minute(9))).isPresent();
  }

  @Test
  void anEstimateThatIsOldIsNotGivenOut() {
    calm(0, 10);

    assertThat(forecast.estimate(ORDERS, minute(20))).isPresent();
    assertThat(forecast.estimate(ORDERS, minute(30))).isEmpty();
  }

  @Test
  void aFreshChangeMakesAFailureLikelier() {
    calm(0, 120);
    double before = forecast.estimate(ORDERS, minute(119)).orElseThrow().probability();
    forecast.changed(ORDERS, minute(119.5));
    observe(120, service(120, 0.001, 0.3));

    assertThat(forecast.estimate(ORDERS, minute(120)).orElseThrow().probability())
        .isGreaterThan(before * 1.5);
  }

  @Test
  void aModelThatIsWrongHereGivesWayToThePlainRuleVisibly() {
    // It takes everything calm for a coming failure.
    ModelForm wrong =
        new ModelForm(
            ModelForm.FORMAT,
            List.of(new ModelForm.Horizon(300, 0.9), new ModelForm.Horizon(3_600, 2.5)),
            List.of(new Ramp("probes.failing", 0, 1, 0.1)),
            PlainRule.FORM.trainedOn(),
            ModelForm.Quality.UNMEASURED);
    shelf.set(new Serving(new RampModel("failure-9", wrong), List.of()));
    List<Foreseen> said = new ArrayList<>();
    for (int i = 0; i < 60 * 35; i++) {
      said.addAll(observe(i, service(i, 0.001, 0.3)));
    }

    assertThat(said.getFirst().estimate().model()).isEqualTo("failure-9");
    Estimate now = forecast.estimate(ORDERS, minute(60 * 35)).orElseThrow();
    // Fifty outcomes are enough to correct it: it need not even give way.
    assertThat(now.probability()).isLessThan(0.3);
  }

  @Test
  void whatServedLastGoesOnWhileTheShelfIsAway() {
    AtomicReference<Boolean> away = new AtomicReference<>(false);
    ModelInUse use =
        new ModelInUse(
            () -> {
              if (away.get()) {
                throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "away");
              }
              return new Serving(new RampModel("failure-3", PlainRule.FORM), List.of());
            },
            states);
    assertThat(use.at(minute(0)).trained().name()).isEqualTo("failure-3");

    away.set(true);

    assertThat(use.at(minute(60)).trained().name()).isEqualTo("failure-3");
  }

  @Test
  void aNewChampionServesWithinAMinute() {
    assertThat(models.at(minute(0)).trained().name()).isEqualTo("plain-rule-1");
    shelf.set(new Serving(new RampModel("failure-1", PlainRule.FORM), List.of()));

    assertThat(models.at(minute(0.5)).trained().name()).isEqualTo("plain-rule-1");
    assertThat(models.at(minute(1)).trained().name()).isEqualTo("failure-1");
  }

  @Test
  void whatCameOfEstimatesIsKeptForTheNextProcess() {
    RampModel model = models.at(minute(0)).trained();
    for (int i = 0; i < 500; i++) {
      models.outcome(model, new Outstanding.Outcome(-1, i % 10 == 0));
    }
    var unused = models.at(minute(2));

    ModelInUse next = new ModelInUse(shelf::get, states);

    assertThat(next.at(minute(3)).correction()).isEqualTo(models.at(minute(3)).correction());
    assertThat(next.at(minute(3)).correction().of(-1)).isLessThan(-1.5);
  }

  @Test
  void driftLetsThePlainRuleEstimateAndNamesIt() {
    shelf.set(new Serving(new RampModel("failure-4", PlainRule.FORM), List.of()));
    RampModel model = models.at(minute(0)).trained();
    for (int i = 0; i < 600; i++) {
      boolean high = i % 2 == 0;
      models.outcome(model, new Outstanding.Outcome(high ? 3 : -3, !high));
    }

    assertThat(models.at(minute(0.2)).drifted()).isTrue();
    calm(1, 3);
    assertThat(forecast.estimate(ORDERS, minute(2)).orElseThrow().model())
        .isEqualTo("plain-rule-1");
  }

  @Test
  void aProcessKnowsWhatAnotherOneEstimated() {
    calm(0, 120);
    FusedForecast other = new FusedForecast(states, new ModelInUse(shelf::get, states), POLICY);
    assertThat(other.observed(ORDERS, service(120, 0.001, 0.3), minute(120))).isEmpty();
    for (int i = 121; i < 130; i++) {
      observe(i, service(i, 0.4, 9));
    }

    Estimate ours = forecast.estimate(ORDERS, minute(129)).orElseThrow();

    assertThat(ours.probability()).isGreaterThan(0.3);
    assertThat(other.estimate(ORDERS, minute(129))).contains(ours);
  }

  @Test
  void aClockFarAheadNeitherKeepsAChangeNorAFailureForEver() {
    Instant far = Instant.parse("9999-01-01T00:00:00Z");
    forecast.changed(ORDERS, far, minute(0));
    forecast.failed(ORDERS, far, minute(0));

    SubjectState state = SubjectState.of(states.load(ORDERS.toString()).orElseThrow().state());

    assertThat(state.features(minute(1)).of(Feature.CHANGE_RECENT)).hasValue(0);
    assertThat(state.incidents(minute(14 * 24 * 60))).isBetween(0.49, 0.51);
  }
}
