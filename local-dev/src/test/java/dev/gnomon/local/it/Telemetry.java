package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.verification.waits.Patience;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Latency and errors of an application, as its monitoring would send them.
final class Telemetry {
  private static final int CALM = 360;
  private static final Duration STEP = Duration.ofSeconds(10);

  private final RunningStack stack;
  private final String name;
  private int sent;

  /// @param name of the job that the series have as a label
  Telemetry(RunningStack stack, String name) {
    this.stack = stack;
    this.name = name;
  }

  /// An hour in which all was well.
  void calm() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < CALM; i++) {
      Instant time = now.minus(STEP.multipliedBy(CALM - i));
      samples.add(samples(time, 0.002 + 1e-4 * (i * 37 % 11), 0.1 + 0.001 * (i * 53 % 13)));
    }
    send(samples);
  }

  /// Trouble that grows with each second, until somebody says that it is enough.
  ///
  /// @return whether it was
  boolean grows(Duration most, BooleanSupplier enough) throws Exception {
    Instant start = Instant.now();
    Instant end = start.plus(most);
    for (int i = 1; !enough.getAsBoolean() && Instant.now().isBefore(end); i++) {
      Instant next = start.plusSeconds(i);
      Patience.await().until(() -> Instant.now().isAfter(next));
      send(List.of(samples(Instant.now(), Math.min(0.9, 0.05 * i), 0.1 + 0.2 * i)));
    }
    return enough.getAsBoolean();
  }

  private void send(List<String> samples) throws Exception {
    String data = "{\"samples\": [" + String.join(",", samples) + "]}";
    assertThat(stack.event(name + "-" + ++sent, "telemetry-observed", data)).isEqualTo(202);
  }

  private String samples(Instant time, double errors, double latency) {
    return sample("http_errors_ratio", time, errors)
        + ","
        + sample("http_request_duration_seconds", time, latency);
  }

  private String sample(String metric, Instant time, double value) {
    return """
    {"metric": "%s", "labels": [{"name": "job", "value": "%s"}], "time": "%s", "value": %s}\
    """
        .formatted(metric, name, time, value);
  }
}
