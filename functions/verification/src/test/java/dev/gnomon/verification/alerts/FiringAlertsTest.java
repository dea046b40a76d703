package dev.gnomon.verification.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.alerts.AlertLog;
import dev.gnomon.core.telemetry.alerts.FiringAlerts;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiringAlertsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final String FIRING =
      """
      {"status":"firing","labels":{"alertname":"DiskSlow","severity":"critical","instance":"db1"},
       "startsAt":"2026-11-22T09:50:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"aa"}
      """;
  private static final String RESOLVED =
      FIRING.replace("firing", "resolved").replace("0001-01-01T00:00:00Z", "2026-11-22T09:58:00Z");

  private final FaultInjectingObjectStore store =
      new FaultInjectingObjectStore(new InMemoryObjectStore());
  private FiringAlerts alerts = another();

  /// As another process has it, or the same one after a start.
  private FiringAlerts another() {
    ControlRecords records = new ControlRecords(store, () -> UUID.randomUUID().toString());
    return new FiringAlerts(new AlertLog(store, records, () -> UUID.randomUUID().toString()));
  }

  private Optional<FiringAlerts.Taken> tell(Instant now, String... each)
      throws JsonProcessingException {
    return alerts.take(
        Json.MAPPER.readTree(
            "{\"version\":\"4\",\"status\":\"firing\",\"alerts\":["
                + String.join(",", each)
                + "]}"),
        Map.of("job", "alerts"),
        now);
  }

  private Map<String, Double> values(Instant now) {
    return alerts.samples(now).stream()
        .collect(Collectors.toMap(one -> one.series().labels().get("alertname"), Sample::value));
  }

  @Test
  void anAlertIsOneWhileItFiresAndZeroAfter() throws JsonProcessingException {
    tell(NOW, FIRING);
    assertThat(alerts.samples(NOW))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.value()).isEqualTo(1);
          assertThat(one.time()).isEqualTo(NOW);
          assertThat(one.series().labels())
              .isEqualTo(
                  Map.of(
                      "alertname", "DiskSlow",
                      "severity", "critical",
                      "instance", "db1",
                      "job", "alerts"));
        });

    tell(NOW, RESOLVED);

    assertThat(values(NOW)).isEqualTo(Map.of("DiskSlow", 0.0));
  }

  @Test
  void whatIsToldAgainLateOrOutOfOrderChangesNothing() throws JsonProcessingException {
    tell(NOW, FIRING);
    tell(NOW, FIRING);
    assertThat(alerts.samples(NOW)).hasSize(1);
    tell(NOW, RESOLVED);

    tell(NOW.plusSeconds(1), FIRING);

    assertThat(values(NOW.plusSeconds(2))).isEqualTo(Map.of("DiskSlow", 0.0));
    tell(NOW.plusSeconds(3), FIRING.replace("09:50:00", "09:59:00"));
    assertThat(values(NOW.plusSeconds(4))).isEqualTo(Map.of("DiskSlow", 1.0));
  }

  @Test
  void whatIsNotToldAgainIsMissingAndNotFiringForEver() throws JsonProcessingException {
    tell(NOW, FIRING);

    assertThat(values(NOW.plus(FiringAlerts.FIRES_FOR))).isNotEmpty();
    assertThat(values(NOW.plus(FiringAlerts.FIRES_FOR).plus(Duration.ofSeconds(1)))).isEmpty();
  }

  @Test
  void manyAlertsAreBounded() throws JsonProcessingException {
    String[] many =
        IntStream.range(0, 1_200)
            .mapToObj(i -> FIRING.replace("DiskSlow", "A" + i))
            .toArray(String[]::new);

    assertThat(tell(NOW, many)).contains(new FiringAlerts.Taken(1_000, 200));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "{}",
        "{\"status\":\"firing\",\"labels\":{\"alertname\":\"a\"}}",
        "{\"status\":\"firing\",\"labels\":{},\"startsAt\":\"2026-11-22T09:50:00Z\"}",
        "{\"status\":\"firing\",\"labels\":{\"alertname\":\"a\"},\"startsAt\":\"0001-01-01T00:00:00Z\"}",
        "{\"status\":\"perhaps\",\"labels\":{\"alertname\":\"a\"},\"endsAt\":\"2026-11-22T09:50:00Z\"}"
      })
  void whatIsNoAlertIsLeftOut(String alert) throws JsonProcessingException {
    assertThat(tell(NOW, alert, FIRING)).contains(new FiringAlerts.Taken(1, 1));
    assertThat(alerts.take(Json.MAPPER.readTree("{}"), Map.of(), NOW)).isEmpty();
  }

  private static Map<String, Double> values(FiringAlerts process, Instant now) {
    process.learn(now);
    return process.samples(now).stream()
        .collect(Collectors.toMap(one -> one.series().labels().get("alertname"), Sample::value));
  }

  private List<ObjectName> logged() {
    return store.list("alerts/", Optional.empty(), 1_000).objects().stream()
        .map(ObjectStat::name)
        .toList();
  }

  @Test
  void aStartLosesNoAlertAndBringsNoneBackThatEnded() throws JsonProcessingException {
    tell(NOW, FIRING, FIRING.replace("DiskSlow", "Ended"));
    tell(NOW, RESOLVED.replace("DiskSlow", "Ended"));

    Map<String, Double> known = values(another(), NOW.plusSeconds(10));

    assertThat(known).isEqualTo(Map.of("DiskSlow", 1.0, "Ended", 0.0));
  }

  @Test
  void whatIsToldToOneProcessIsKnownToAll() throws JsonProcessingException {
    FiringAlerts other = another();
    tell(NOW, FIRING);
    assertThat(values(other, NOW)).isEqualTo(Map.of("DiskSlow", 1.0));
    FiringAlerts first = alerts;
    alerts = other;
    tell(NOW.plusSeconds(60), RESOLVED);

    assertThat(values(first, NOW.plusSeconds(70))).isEqualTo(Map.of("DiskSlow", 0.0));
    assertThat(values(other, NOW.plusSeconds(70))).isEqualTo(Map.of("DiskSlow", 0.0));
  }

  @Test
  void whatIsToldAgainIsLoggedNowAndThenOnly() throws JsonProcessingException {
    for (int minute = 0; minute < 60; minute++) {
      tell(NOW.plusSeconds(60L * minute), FIRING);
    }

    assertThat(logged()).hasSize(2);
  }

  @Test
  void anAlertThatCouldNotBeLoggedIsKnownButNotAcknowledgedAndLoggedWhenItIsToldAgain()
      throws JsonProcessingException {
    store.failBefore(Operation.CREATE, 1, ObjectStoreException.Kind.TRANSIENT);
    assertThatThrownBy(() -> tell(NOW, FIRING)).isInstanceOf(ObjectStoreException.class);
    assertThat(values(NOW)).isEqualTo(Map.of("DiskSlow", 1.0));

    tell(NOW.plusSeconds(30), FIRING);

    assertThat(values(another(), NOW.plusSeconds(40))).isEqualTo(Map.of("DiskSlow", 1.0));
  }

  @Test
  void aFaultWhileLearningLosesNothing() throws JsonProcessingException {
    tell(NOW, FIRING);
    tell(NOW, FIRING.replace("DiskSlow", "Other"));
    FiringAlerts other = another();
    store.failBefore(Operation.READ, 2, ObjectStoreException.Kind.TRANSIENT);
    assertThatThrownBy(() -> other.learn(NOW)).isInstanceOf(ObjectStoreException.class);

    assertThat(values(other, NOW)).hasSize(2);
  }

  @Test
  void aRecordThatNobodyCanReadHidesNoOther() throws JsonProcessingException {
    store.create(
        ObjectName.of("alerts", "000000000001-x"), "garbage".getBytes(StandardCharsets.UTF_8));
    store.create(ObjectName.of("alerts", "notes"), new byte[0]);
    tell(NOW, FIRING);

    assertThat(values(another(), NOW)).isEqualTo(Map.of("DiskSlow", 1.0));
  }
}
