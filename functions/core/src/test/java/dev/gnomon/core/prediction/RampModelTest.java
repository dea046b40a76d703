package dev.gnomon.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RampModelTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration HALF_HOUR = Duration.ofMinutes(30);

  private static Features features(Map<Feature, Double> known) {
    double[] values = new double[Feature.values().length];
    Arrays.fill(values, Double.NaN);
    known.forEach((feature, value) -> values[feature.ordinal()] = value);
    return new Features(values, Optional.of(NOW.minusSeconds(60)), 1, List.of());
  }

  private static Estimate plain(Map<Feature, Double> known) {
    return PlainRule.MODEL.of(features(known), HALF_HOUR, NOW);
  }

  @Test
  void whatIsUnknownSaysNothing() {
    Estimate unknown = plain(Map.of());
    Estimate fine = plain(Map.of(Feature.ERRORS_NOW, 0.0, Feature.PROBES_FAILING, 0.0));

    assertThat(unknown.probability()).isEqualTo(fine.probability()).isLessThan(0.003);
    assertThat(unknown.contributions()).isEmpty();
    assertThat(unknown.at()).isEmpty();
  }

  @Test
  void thePlainRuleSaysWhatItPromises() {
    double strange =
        plain(Map.of(Feature.LATENCY_NOW, 9.0, Feature.ASPECTS_ALARMING, 1.0)).probability();
    double traffic = plain(Map.of(Feature.TRAFFIC_NOW, 12.0)).probability();
    double probes = plain(Map.of(Feature.PROBES_FAILING, 1.0)).probability();
    double failing =
        plain(
                Map.of(
                    Feature.ERRORS_LEVEL, 0.2,
                    Feature.ERRORS_NOW, 6.0,
                    Feature.ERRORS_LASTING, 1.0,
                    Feature.EPISODE_MINUTES, 10.0))
            .probability();

    assertThat(strange).isLessThan(0.5);
    assertThat(traffic).isLessThan(0.003);
    assertThat(probes).isGreaterThan(0.9);
    assertThat(failing).isGreaterThan(0.5);
  }

  @Test
  void contributionsAddUpToTheLogOdds() {
    Map<Feature, Double> known =
        Map.of(Feature.ERRORS_NOW, 5.0, Feature.LIMIT_SOON, 0.7, Feature.EPISODE_MINUTES, 9.0);
    Estimate estimate = plain(known);
    double calm = PlainRule.MODEL.logOdds(features(Map.of()), HALF_HOUR);

    double sum = estimate.contributions().stream().mapToDouble(Estimate.Contribution::effect).sum();

    assertThat(Calibration.probability(calm + sum)).isCloseTo(estimate.probability(), within(1e-9));
    assertThat(estimate.contributions().getFirst().feature()).isEqualTo("limit.soon");
    assertThat(estimate.contributions().getFirst().says()).contains("known limit is near");
  }

  @Test
  void aLongerHorizonIsNoLessLikelyAndTheTimeLiesWithinIt() {
    Features failing = features(Map.of(Feature.PROBES_FAILING, 1.0, Feature.ERRORS_LEVEL, 0.3));
    double before = 0;
    for (int minutes = 1; minutes <= 60; minutes++) {
      Duration horizon = Duration.ofMinutes(minutes);
      Estimate estimate = PlainRule.MODEL.of(failing, horizon, NOW);
      assertThat(estimate.probability()).isGreaterThanOrEqualTo(before);
      before = estimate.probability();
      assertThat(estimate.at().orElseThrow()).isBetween(NOW, NOW.plus(horizon));
    }
  }

  @Test
  void aFormThatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> new Ramp("missing.share", 0, 1, 1))
        .hasMessage("what is missing must have no part in a failure");
    assertThatThrownBy(() -> new Ramp("nobody.knows", 0, 1, 1))
        .hasMessage("unknown feature 'nobody.knows'");
    assertThatThrownBy(() -> new Ramp("errors.now", 2, 2, 1)).hasMessageContaining("from < to");
    assertThatThrownBy(() -> new Ramp("errors.now", 0, 1, Double.NaN))
        .hasMessageContaining("weight NaN");
    assertThatThrownBy(() ->
            new ModelForm(
                1,
                List.of(new ModelForm.Horizon(60, 0), new ModelForm.Horizon(300, -1)),
                List.of(),
                PlainRule.FORM.trainedOn(),
                ModelForm.Quality.UNMEASURED))
        .hasMessageContaining("no less likely");
  }

  @Test
  void aModelToWhichWorseIsLessLikelyIsRefused() {
    assertThatThrownBy(() -> new Ramp("probes.failing", 0, 1, -1))
        .hasMessageContaining("expected it to make a failure no less likely");
    assertThatThrownBy(() -> new Ramp("traffic.now", 0, 1, 1))
        .hasMessageContaining("expected it to make a failure no likelier");
  }
}
