package dev.gnomon.predict;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.redis.RedisVitals;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Samples over HTTP until a failure is foreseen, and what comes of the same samples again.
@QuarkusTest
@QuarkusTestResource(PredictPlace.class)
class ForetellEventTest {
  private static final double ANNOUNCED = PredictionPolicy.DEFAULT.shadowAt();
  private static final Subject SHIPMENTS = new Subject.OfResource(new ResourceName("shipments"));
  private static final int CALM = 360;
  private static final int STEP_SECONDS = 30;

  RedisVitals board;

  private static Response send(String type, String data) {
    return given()
        .header("ce-specversion", "1.0")
        .header("ce-id", UUID.randomUUID().toString())
        .header("ce-source", "/test")
        .header("ce-type", "dev.gnomon." + type + ".v1")
        .contentType("application/json")
        .body(data)
        .post("/telemetry");
  }

  private static String samples(Instant time, double errors, double latency) {
    return sample("http_errors_ratio", time, errors)
        + ","
        + sample("http_request_duration_seconds", time, latency);
  }

  private static String sample(String metric, Instant time, double value) {
    return """
    { "metric": "%s", "labels": [{ "name": "job", "value": "ship-7" }], "time": "%s", "value": %s }\
    """
        .formatted(metric, time, value);
  }

  private static String event(List<String> samples) {
    return "{ \"samples\": [" + String.join(",", samples) + "] }";
  }

  @Test
  void aTroubleThatGrowsIsAnnouncedWithWhatItRestsOnAndAgainUnderTheSameId() {
    Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(12 * STEP_SECONDS);
    List<String> calm = new ArrayList<>();
    for (int i = 0; i < CALM; i++) {
      Instant time = start.minusSeconds((long) STEP_SECONDS * (CALM - i));
      calm.add(samples(time, 0.002 + 1e-4 * (i * 37 % 11), 0.1 + 0.001 * (i * 53 % 13)));
    }
    assertThat(send("telemetry-observed", event(calm)).statusCode()).isEqualTo(204);

    Response announced = null;
    String deciding = "";
    for (int i = 0; i < 12 && announced == null; i++) {
      Instant time = start.plusSeconds((long) STEP_SECONDS * i);
      deciding = event(List.of(samples(time, 0.05 * (i + 1), 0.1 + 0.2 * i)));
      Response response = send("telemetry-observed", deciding);
      announced = response.statusCode() == 200 ? response : null;
    }

    assertThat(announced).as("nothing was foreseen").isNotNull();
    JsonPath event = announced.jsonPath();
    assertThat(event.getString("type")).isEqualTo("dev.gnomon.failure-predicted.v1");
    assertThat(event.getString("data.resource")).isEqualTo("shipments");
    assertThat(event.getDouble("data.probability")).isBetween(ANNOUNCED, 1.0);
    assertThat(event.getDouble("data.confidence")).isEqualTo(1);
    assertThat(event.getInt("data.horizonSeconds")).isEqualTo(1800);
    assertThat(event.getString("data.model")).startsWith("shipped-");
    Instant onset = Instant.parse(event.getString("data.onset"));
    assertThat(onset).isBetween(start.minusSeconds(60), Instant.now());
    assertThat(Instant.parse(event.getString("data.at"))).isAfter(onset);
    List<Map<String, Object>> features = event.getList("data.features");
    assertThat(features)
        .isNotEmpty()
        .allSatisfy(
            feature -> assertThat(feature).containsKeys("name", "value", "unit", "effect", "says"))
        .anySatisfy(feature -> assertThat((String) feature.get("name")).startsWith("errors."));
    assertThat(event.getList("data.evidence", String.class))
        .anySatisfy(text -> assertThat(text).contains("http_errors_ratio"));
    assertThat(board.of(SHIPMENTS).orElseThrow().estimate().orElseThrow().probability())
        .isGreaterThanOrEqualTo(ANNOUNCED);

    Response again = send("telemetry-observed", deciding);

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.jsonPath().getString("id")).isEqualTo(event.getString("id"));
    assertThat(again.jsonPath().getMap("data")).isEqualTo(event.getMap("data"));
    when()
        .get("/q/metrics")
        .then()
        .body(containsString("gnomon_prediction_model{model=\"shipped-"))
        .body(containsString("gnomon_prediction_drifted 0.0"));
    when()
        .get("/models")
        .then()
        .statusCode(200)
        .body("model", startsWith("shipped-"))
        .body("estimates", startsWith("shipped-"))
        .body("drifted", equalTo(false));
    when()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.data.'trained models'", hasItem("ok"));
  }
}
