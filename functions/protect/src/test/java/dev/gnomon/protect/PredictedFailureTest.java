package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Blame;
import dev.gnomon.events.FailurePredicted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredictedFailureTest {
  private static final Instant ONSET = Instant.parse("2026-11-21T10:05:00Z");
  private static final List<ResourceName> SITE = List.of(new ResourceName("site"));

  @Test
  void whatTheModelSaidReachesTheDecision() {
    FailurePredicted event =
        new FailurePredicted(
            Optional.of("site"),
            Optional.empty(),
            ONSET,
            ONSET.plusSeconds(600),
            0.96,
            List.of("errors rise"),
            Optional.of(0.71),
            Optional.of(1_800L),
            Optional.of("failure-3"),
            Optional.of(
                List.of(
                    new FailurePredicted.Feature(
                        "latency.now", 5.2, Optional.of("decades"), 2.4, "latency is strange"),
                    new FailurePredicted.Feature(
                        "probes", 2, Optional.empty(), -0.1, "two of them"))));

    Prediction prediction = PredictedFailure.of(event, SITE, "e1");

    assertThat(prediction)
        .isEqualTo(
            new Prediction(
                SITE,
                ONSET,
                ONSET.plusSeconds(600),
                0.96,
                List.of("errors rise"),
                "e1",
                Optional.of(0.71),
                Optional.of(Duration.ofMinutes(30)),
                Optional.of("failure-3"),
                List.of(
                    "latency.now 5.200 decades, +2.40: latency is strange",
                    "probes 2.000, -0.10: two of them"),
                Blame.PLACE));
  }

  private static Blame blamed(Optional<String> cell, String model, Object... effects) {
    List<FailurePredicted.Feature> features = new ArrayList<>();
    for (int i = 0; i < effects.length; i += 2) {
      features.add(
          new FailurePredicted.Feature(
              (String) effects[i], 1, Optional.empty(), (double) effects[i + 1], "it is so"));
    }
    return PredictedFailure.of(
            new FailurePredicted(
                cell.isPresent() ? Optional.empty() : Optional.of("site"),
                cell,
                ONSET,
                ONSET,
                0.9,
                List.of("it is so"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(model),
                Optional.of(features)),
            SITE,
            "e1")
        .blame();
  }

  @Test
  void whatSpeaksLoudestIsBlamed() {
    Optional<String> cell = Optional.of("east");
    Optional<String> none = Optional.empty();
    assertThat(blamed(none, "m", "errors.now", 2.0, "latency.now", 5.0)).isEqualTo(Blame.CONTENT);
    assertThat(blamed(none, "m", "logs.share", 2.0, "saturation.now", 0.3))
        .isEqualTo(Blame.CONTENT);
    assertThat(blamed(none, "m", "saturation.lasting", 1.8, "limit.soon", 1.4, "errors.now", 1.0))
        .isEqualTo(Blame.PLACE);
    assertThat(blamed(none, "m", "saturation.now", -1.0, "errors.now", 0.1))
        .isEqualTo(Blame.CONTENT);
    assertThat(blamed(none, "m", "latency.now", 2.0)).isEqualTo(Blame.PLACE);
    assertThat(blamed(none, "m", "hardware.now", 2.0)).isEqualTo(Blame.PLACE);
    assertThat(blamed(cell, "m", "errors.now", 2.0)).isEqualTo(Blame.PLACE);
    assertThat(blamed(cell, "m", "probes.failing", 2.0)).isEqualTo(Blame.REACH);
    assertThat(blamed(cell, "probes-1", "vantage points that fail", 2.9)).isEqualTo(Blame.REACH);
    assertThat(blamed(cell, "m")).isEqualTo(Blame.REACH);
    assertThat(blamed(none, "m")).isEqualTo(Blame.CONTENT);
  }

  @Test
  void whoSaysOnlyHowSureHeIsSaysNothingElse() {
    FailurePredicted event =
        new FailurePredicted(
            Optional.of("site"), Optional.empty(), ONSET, ONSET, 0.9, List.of("errors rise"));

    assertThat(PredictedFailure.of(event, SITE, "e1"))
        .isEqualTo(new Prediction(SITE, ONSET, ONSET, 0.9, List.of("errors rise"), "e1"));
  }
}
