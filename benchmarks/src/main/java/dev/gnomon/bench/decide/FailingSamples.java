package dev.gnomon.bench.decide;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import java.time.Duration;
import java.time.Instant;

/// Errors and latency of a resource as its monitoring tells them: hours in which all is well, then
/// samples of which each is worse than the one before.
final class FailingSamples {
  /// Of each of the two series, in calm times.
  static final int CALM = 360;

  static final int SERIES = 2;
  private static final Duration STEP = Duration.ofMinutes(1);

  private FailingSamples() {}

  /// Data of an event with all that came before a time.
  static String calm(String resource, Instant before) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    ArrayNode samples = data.putArray("samples");
    for (int i = 0; i < CALM; i++) {
      Instant time = before.minus(STEP.multipliedBy(CALM - i));
      add(samples, resource, time, 0.002 + 1e-4 * (i * 37 % 11), 0.1 + 0.001 * (i * 53 % 13));
    }
    return data.toString();
  }

  /// Data of an event with what is seen when it fails.
  ///
  /// @param minute of the failure, from 1 on
  static String failing(String resource, Instant time, int minute) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    add(data.putArray("samples"), resource, time, 1 - 0.4 / minute, 2 + minute);
    return data.toString();
  }

  private static void add(
      ArrayNode samples, String resource, Instant time, double errors, double latency) {
    add(samples, resource, "http_errors_ratio", time, errors);
    add(samples, resource, "http_request_duration_seconds", time, latency);
  }

  private static void add(
      ArrayNode samples, String resource, String metric, Instant time, double value) {
    ObjectNode sample = samples.addObject();
    sample.put("metric", metric).put("time", time.toString()).put("value", value);
    sample.putArray("labels").addObject().put("name", "gnomon_resource").put("value", resource);
  }
}
