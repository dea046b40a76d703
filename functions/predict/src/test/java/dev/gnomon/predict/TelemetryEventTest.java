package dev.gnomon.predict;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.redis.RedisVitals;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Telemetry as events over HTTP, and what becomes of it in Redis.
@QuarkusTest
@QuarkusTestResource(PredictPlace.class)
class TelemetryEventTest {
  private static final Subject ORDERS = new Subject.OfResource(new ResourceName("orders"));

  RedisVitals board;

  private static ValidatableResponse send(String data) {
    return send("telemetry-observed", data);
  }

  private static ValidatableResponse send(String type, String data) {
    return given()
        .header("ce-specversion", "1.0")
        .header("ce-id", UUID.randomUUID().toString())
        .header("ce-source", "/test")
        .header("ce-type", "dev.gnomon." + type + ".v1")
        .contentType("application/json")
        .body(data)
        .post("/telemetry")
        .then();
  }

  private static String sample(Instant time, Object value) {
    return """
    { "metric": "request_duration_seconds", "labels": [{ "name": "job", "value": "shop-1" }],
      "time": "%s", "value": %s }\
    """
        .formatted(time, value);
  }

  private static String batch(Instant last, int count, Object lastValue) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            sample(
                last.minusSeconds(30L * (count - 1 - i)),
                i == count - 1 ? lastValue : 0.1 + 0.001 * (i * 37 % 11)))
        .collect(Collectors.joining(",", "{ \"samples\": [", "] }"));
  }

  @Test
  void samplesAreScoredAndTheirSubjectsVitalsArePosted() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    send(batch(now.minusSeconds(30), 200, 0.1)).statusCode(204);
    Vitals well = board.of(ORDERS).orElseThrow();
    send("{ \"samples\": ["
            + sample(now, 9.5)
            + ", "
            + sample(now.plusSeconds(1), "\"NaN\"")
            + "] }")
        .statusCode(204);

    Vitals unwell = board.of(ORDERS).orElseThrow();
    assertThat(well.health()).hasValue(1);
    assertThat(unwell.health()).hasValue(0);
    assertThat(unwell.latency().orElseThrow()).isGreaterThan(2);
    assertThat(unwell.at()).isEqualTo(now);
    when()
        .get("/q/metrics")
        .then()
        .body(containsString("gnomon_telemetry_samples_total{outcome=\"scored\"}"))
        .body(containsString("gnomon_telemetry_samples_total{outcome=\"not-a-number\"} 1"));
  }

  @Test
  void whatIsNoTelemetryIsRefusedForGood() {
    send("{ \"samples\": [{ \"metric\": \"up\", \"time\": \"2026-11-22T10:00:00Z\", \"value\": 1e999 }] }")
        .statusCode(400)
        .body(containsString("/samples/0/value"));
    send("""
    { "samples": [{ "metric": "up", "time": "2026-11-22T10:00:00Z", "value": 1,
      "labels": [{ "name": "a", "value": "1" }, { "name": "a", "value": "2" }] }] }\
    """)
        .statusCode(400);
    send("{ \"samples\": [" + "x".repeat(2_000_000) + "] }").statusCode(400);
  }

  @Test
  void theSweepFindsNothingBadInSilence() {
    send("sweep-due", "{}").statusCode(204);
  }

  private static ValidatableResponse probe(String vantage, Instant time) {
    return send(
        "probe-observed",
        """
        { "vantage": "%s", "cell": "west", "target": "store", "outcome": "failed",
          "time": "%s", "reason": "connection refused" }\
        """
            .formatted(vantage, time));
  }

  @Test
  void aCellThatTwoVantagePointsMissIsAnnouncedWithBothAsEvidence() {
    Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    probe("one", time).statusCode(204);
    probe("one", time.plusMillis(1)).statusCode(204);
    probe("other", time.plusMillis(2)).statusCode(204);

    probe("other", time.plusMillis(3))
        .statusCode(200)
        .body("type", equalTo("dev.gnomon.failure-predicted.v1"))
        .body("data.cell", equalTo("west"))
        .body("data.onset", equalTo(time.toString()))
        .body("data.probability", equalTo(0.95f))
        .body("data.horizonSeconds", equalTo(300))
        .body("data.model", equalTo("probes-1"))
        .body("data.features[0].name", equalTo("vantage points that fail"))
        .body("data.features[0].says", containsString("2 vantage points get no answer"))
        .body("data.evidence", hasSize(2))
        .body("data.evidence", hasItem(containsString("from one the store of cell west fails")))
        .body("data.evidence", hasItem(containsString("from other")));
  }

  @Test
  void aProbeOfACellThatIsNotThereIsRefused() {
    send(
            "probe-observed",
            """
            { "vantage": "one", "cell": "mars", "target": "redis", "outcome": "ok",
              "time": "2026-11-22T10:00:00Z", "latencySeconds": 0.1 }\
            """)
        .statusCode(400)
        .body(containsString("unknown cell 'mars'"));
  }
}
