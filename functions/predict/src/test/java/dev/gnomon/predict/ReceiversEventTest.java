package dev.gnomon.predict;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.gnomon.core.logs.LogSeries;
import dev.gnomon.core.telemetry.alerts.FiringAlerts;
import dev.gnomon.events.ObservedSample;
import dev.gnomon.events.ObservedSample.Label;
import dev.gnomon.verification.waits.Patience;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// Telemetry in forms of others over HTTP, and the events that come of it.
@QuarkusTest
@QuarkusTestResource(PredictPlace.class)
class ReceiversEventTest {
  @Inject RecordedSink sink;

  private static RequestSpecification request(String type) {
    return given()
        .config(
            RestAssuredConfig.config()
                .encoderConfig(
                    EncoderConfig.encoderConfig()
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
        .header("Content-Type", type);
  }

  private static String metrics(String name) {
    return """
    {"resourceMetrics":[{"resource":{"attributes":[{"key":"job","value":{"stringValue":"shop-1"}}]},
      "scopeMetrics":[{"metrics":[{"name":"%s","unit":"s","gauge":{"dataPoints":[
        {"timeUnixNano":"%d000000000","asDouble":0.25},{"asDouble":1}]}}]}]}]}
    """
        .formatted(name, Instant.now().getEpochSecond());
  }

  private static byte[] packed(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  @Test
  void metricsOfACollectorBecomeEventsAndWhatCanNotBeTakenIsSaid() throws IOException {
    request("application/json")
        .header("Content-Encoding", "gzip")
        .body(packed(metrics("otlp.latency").getBytes(StandardCharsets.UTF_8)))
        .post("/v1/metrics")
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body("partialSuccess.rejectedDataPoints", equalTo("1"))
        .body("partialSuccess.errorMessage", containsString("without a time"));

    assertThat(sink.samples("otlp.latency"::equals))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.value().number()).isEqualTo(0.25);
          assertThat(one.labels().orElseThrow())
              .contains(new Label("unit", "s"), new Label("job", "shop-1"));
        });
  }

  @Test
  void theSameRequestAgainGivesEventsOfTheSameIds() {
    String body = metrics("otlp.twice");
    request("application/json").body(body).post("/v1/metrics").then().statusCode(200);
    request("application/json").body(body).post("/v1/metrics").then().statusCode(200);

    assertThat(
            sink.events().stream()
                .filter(event ->
                    new String(event.getData().toBytes(), StandardCharsets.UTF_8)
                        .contains("otlp.twice"))
                .map(event -> event.getId())
                .distinct())
        .hasSize(1);
  }

  @Test
  void whileTheBrokerIsAwayTheSenderIsToldToComeAgain() {
    sink.away(true);
    try {
      request("application/json")
          .body(metrics("otlp.away"))
          .post("/v1/metrics")
          .then()
          .statusCode(503)
          .header("Retry-After", equalTo("2"));
    } finally {
      sink.away(false);
    }
  }

  @Test
  void whatIsNoTelemetryIsRefusedInTheFormOfTheProtocol() throws IOException {
    request("application/x-protobuf")
        .body(new byte[] {1, 2, 3})
        .post("/v1/metrics")
        .then()
        .statusCode(400)
        .contentType("application/x-protobuf");
    request("application/json")
        .body("{\"resourceMetrics\":7}")
        .post("/v1/metrics")
        .then()
        .statusCode(400)
        .body("message", containsString("no such request"));
    request("text/plain").body("x").post("/v1/logs").then().statusCode(415);
    request("application/json")
        .header("Content-Encoding", "gzip")
        .body(packed(new byte[5 * 1024 * 1024]))
        .post("/v1/metrics")
        .then()
        .statusCode(413);
    request("application/json")
        .body(new byte[5 * 1024 * 1024])
        .post("/v1/logs")
        .then()
        .statusCode(413);
    request("application/json")
        .header("Content-Encoding", "gzip")
        .body("no gzip")
        .post("/v1/logs")
        .then()
        .statusCode(400);
    request("text/plain")
        .header("Origin", "https://evil.example")
        .body("x")
        .post("/v1/lines?job=shop-1")
        .then()
        .statusCode(400);
  }

  @Test
  void linesAreCountedByTemplateAndNothingElseOfThemIsSent() {
    String hostile = "ERROR \u0000\u001b " + "x".repeat(100_000) + "\n";
    request("text/plain")
        .body(
            ("ERROR card 4711 of alice@example.com refused, token=hunter2\n" + hostile)
                .getBytes(StandardCharsets.UTF_8))
        .post("/v1/lines?job=shop-lines")
        .then()
        .statusCode(200)
        .body("taken", equalTo(2));
    request("application/json")
        .body(
            """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"job","value":{"stringValue":"shop-lines"}}]},
             "scopeLogs":[{"logRecords":[{"severityNumber":17,"body":{"stringValue":"card 12 of bob@example.com refused, token=hunter3"}}]}]}]}
            """)
        .post("/v1/logs")
        .then()
        .statusCode(200);
    request("application/json")
        .body(
            "[{\"date\":%d,\"log\":\"all is well\",\"level\":\"info\"}]"
                .formatted(Instant.now().getEpochSecond()))
        .post("/v1/lines?job=shop-lines")
        .then()
        .statusCode(200)
        .body("taken", equalTo(1));

    List<ObservedSample> found =
        Patience.await()
            .until(
                () -> sink.samples(LogSeries.OF_TEMPLATE::equals),
                samples ->
                    samples.stream().anyMatch(one -> one.toString().contains("all is well")));

    assertThat(found.toString())
        .contains("ERROR card <*> of <*> refused, token=<*>")
        .contains("card <*> of <*> refused, token=<*>")
        .doesNotContain("4711", "alice", "bob", "hunter", "xxx");
    assertThat(sink.samples(LogSeries.LINES::equals))
        .anySatisfy(one -> {
          assertThat(one.labels().orElseThrow()).contains(new Label("severity", "error"));
          assertThat(one.value().number()).isEqualTo(3);
          assertThat(one.kind()).contains(ObservedSample.Kind.COUNTER);
        });
  }

  @Test
  void drivesTellTheirHealth() {
    request("application/json")
        .body(
            """
            {"device":{"name":"/dev/nvme0","protocol":"NVMe"},"serial_number":"S1",
             "nvme_smart_health_information_log":{"media_errors":3}}
            """)
        .post("/v1/smart?resource=orders&instance=db1")
        .then()
        .statusCode(200)
        .body("taken", equalTo(1));
    request("application/json").body("{}").post("/v1/smart").then().statusCode(400);

    assertThat(sink.samples("smartctl_device_media_errors"::equals))
        .singleElement()
        .satisfies(one ->
            assertThat(one.labels().orElseThrow())
                .contains(new Label("instance", "db1"), new Label("serial_number", "S1")));
  }

  @Test
  void anAlertThatFiresIsASeries() {
    request("application/json")
        .body(
            """
            {"version":"4","alerts":[{"status":"firing","labels":{"alertname":"DiskSlow","job":"shop-db"},
              "startsAt":"2026-11-22T09:50:00Z","endsAt":"0001-01-01T00:00:00Z"}]}
            """)
        .post("/v1/alerts")
        .then()
        .statusCode(200)
        .body("taken", equalTo(1));
    request("application/json").body("{}").post("/v1/alerts").then().statusCode(400);

    List<ObservedSample> found =
        Patience.await()
            .until(() -> sink.samples(FiringAlerts.METRIC::equals), samples -> !samples.isEmpty());

    assertThat(found.getFirst().value().number()).isEqualTo(1);
  }
}
