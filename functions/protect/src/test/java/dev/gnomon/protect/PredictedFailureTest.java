package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.FailurePredicted;
import java.time.Duration;
import java.time.Instant;
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
                    "probes 2.000, -0.10: two of them")));
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
