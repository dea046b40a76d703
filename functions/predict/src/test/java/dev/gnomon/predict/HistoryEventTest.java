package dev.gnomon.predict;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Feature;
import dev.gnomon.core.prediction.NearSubjectStates;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.SubjectState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What befell a resource comes over HTTP and is a feature of the next prediction.
@QuarkusTest
@QuarkusTestResource(PredictPlace.class)
class HistoryEventTest {
  @Inject NearSubjectStates states;

  private static void send(String id, Instant time, String type, String data) {
    given()
        .header("ce-specversion", "1.0")
        .header("ce-id", id)
        .header("ce-source", "/test")
        .header("ce-time", time.toString())
        .header("ce-type", "dev.gnomon." + type + ".v1")
        .contentType("application/json")
        .body(data)
        .post("/telemetry")
        .then()
        .statusCode(204);
  }

  /// Value of a feature, as the next estimate will have it.
  private double feature(Subject subject, Instant now, Feature feature) {
    return states
        .load(subject.toString())
        .map(kept -> SubjectState.of(kept.state()).features(now).of(feature).orElseThrow())
        .orElse(0.0);
  }

  private static String rollback(int n) {
    return """
    {"rollback": "orders-e%d", "resource": "orders", "mode": "switch", "point": "orders@1",
     "epochBefore": %d, "cause": "a test"}
    """
        .formatted(n, n);
  }

  @Test
  void aRollbackThatIsToldTwiceIsOnePastIncidentOfWhatItLeft() {
    Instant now = Instant.now();
    Subject orders = new Subject.OfResource(new ResourceName("orders"));
    Subject east = new Subject.OfLocation(new ResourceName("orders"), new CellName("east"));
    Subject west = new Subject.OfLocation(new ResourceName("orders"), new CellName("west"));

    send("r1", now.minusSeconds(60), "rollback-started", rollback(1));
    send("r1", now.minusSeconds(60), "rollback-started", rollback(1));

    assertThat(feature(orders, now, Feature.INCIDENTS_PAST)).isGreaterThan(0.99);
    assertThat(feature(east, now, Feature.INCIDENTS_PAST)).isCloseTo(1, within(0.01));
    assertThat(feature(west, now, Feature.INCIDENTS_PAST)).isZero();
  }

  @Test
  void anUpdateThatIsReadyAndAMigrationAreRecentChanges() {
    Instant now = Instant.now();
    Subject west = new Subject.OfLocation(new ResourceName("orders"), new CellName("west"));
    Subject cell = new Subject.OfCell(new CellName("west"));

    send(
        UUID.randomUUID().toString(),
        now.minusSeconds(3600),
        "update-ready",
        """
        {"updateId": "u1", "points": [{"resource": "orders", "cell": "west", "point": "orders@1"}]}
        """);
    double hourAgo = feature(west, now, Feature.CHANGE_RECENT);
    send(
        UUID.randomUUID().toString(),
        now,
        "migration-announced",
        "{\"cell\": \"west\", \"startsAt\": \"%s\"}".formatted(now));

    assertThat(hourAgo).isCloseTo(0.5, within(0.01));
    assertThat(feature(cell, now, Feature.CHANGE_RECENT)).isCloseTo(1, within(0.01));
    assertThat(feature(west, now, Feature.CHANGE_RECENT)).isCloseTo(1, within(0.01));
  }

  @Test
  void whatIsNotInTheCatalogueIsNobodysHistory() {
    send(
        UUID.randomUUID().toString(),
        Instant.now(),
        "rollback-started",
        rollback(1).replace("orders", "gone"));
  }
}
