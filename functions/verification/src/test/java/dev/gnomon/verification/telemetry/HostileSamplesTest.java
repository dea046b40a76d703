package dev.gnomon.verification.telemetry;

import static dev.gnomon.verification.telemetry.Telemetry.ERRORS;
import static dev.gnomon.verification.telemetry.Telemetry.LATENCY;
import static dev.gnomon.verification.telemetry.Telemetry.ORDERS;
import static dev.gnomon.verification.telemetry.Telemetry.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.Outcome;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.TelemetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What broken or hostile sources, and an outage of our own, must not spoil for good.
class HostileSamplesTest {
  private final Telemetry telemetry = new Telemetry();

  @Test
  void theLatencyIsKnownAgainAfterTheLargestNumbersThereAre() {
    telemetry.run(LATENCY, quiet(0.1, 300));
    telemetry.run(LATENCY, -Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE);
    telemetry.run(LATENCY, Double.MAX_VALUE);

    telemetry.run(LATENCY, quiet(0.1, 40));

    assertThat(telemetry.board.of(ORDERS).orElseThrow().latency().orElseThrow())
        .isBetween(0.5, 2.0);
  }

  @Test
  void whatACounterCanNotHaveCountedIsDropped() {
    telemetry.observe(telemetry.counter(ERRORS, -Double.MAX_VALUE));
    telemetry.clock.forward(Duration.ofMillis(1));

    Map<Outcome, Integer> counts = telemetry.observe(telemetry.counter(ERRORS, Double.MAX_VALUE));

    assertThat(counts).isEqualTo(Map.of(Outcome.NOT_A_NUMBER, 1));
    assertThat(telemetry.forecasted).isEmpty();
  }

  @Test
  void aSourceWhoseTimeStandsStillNeverLooksAlive() {
    telemetry.run(LATENCY, quiet(0.1, 100));
    var stuck = telemetry.gauge(LATENCY, 0.1);
    int before = telemetry.forecasted.size();

    for (int i = 0; i < 200; i++) {
      telemetry.clock.forward(Duration.ofMinutes(1));
      assertThat(telemetry.observe(stuck)).isEqualTo(Map.of(Outcome.DUPLICATE, 1));
    }

    assertThat(telemetry.forecasted).hasSize(before);
  }

  @Test
  void anOutageOfTheTelemetryItselfCostsNoSeriesWhatIsKnownOfIt() {
    Pods pods = new Pods();
    pods.report(40, 10);
    telemetry.clock.forward(Duration.ofHours(3));
    pods.observer.sweep(telemetry.now());
    ObserveSamples restarted = telemetry.observer();
    restarted.observe(List.of(pods.sample(0)), telemetry.now());
    restarted.sweep(telemetry.now());

    telemetry.clock.forward(Duration.ofMinutes(1));
    Map<Outcome, Integer> first =
        restarted.observe(List.of(pods.sample(7)), telemetry.now()).counts();
    telemetry.clock.forward(Duration.ofMinutes(1));
    Map<Outcome, Integer> next =
        restarted.observe(List.of(pods.sample(7)), telemetry.now()).counts();

    assertThat(first).as("the first one behind a gap is doubted").containsOnlyKeys(Outcome.AHEAD);
    assertThat(next).as("not learnt anew").isEqualTo(Map.of(Outcome.SCORED, 1));
  }

  @Test
  void whatIsReplacedWhileOthersAreHeardMakesRoom() {
    Pods pods = new Pods();
    pods.report(40, 10);
    pods.report(30, 5); // The other five have gone.

    pods.observer.sweep(telemetry.now());

    assertThat(telemetry.states.glances(ORDERS).orElseThrow()).hasSize(5);
  }

  /// Ten pods, as many as may be known.
  private final class Pods {
    final ObserveSamples observer =
        telemetry.policy(new TelemetryPolicy(List.of(), 10, Duration.ofDays(7))).observer();

    Sample sample(int pod) {
      return telemetry.gauge(
          SeriesKey.of("load", Map.of("gnomon_resource", "orders", "pod", "p" + pod)), 1);
    }

    void report(int minutes, int pods) {
      for (int minute = 0; minute < minutes; minute++) {
        telemetry.clock.forward(Duration.ofMinutes(1));
        List<Sample> samples = new ArrayList<>();
        for (int pod = 0; pod < pods; pod++) {
          samples.add(sample(pod));
        }
        observer.observe(samples, telemetry.now());
      }
    }
  }
}
