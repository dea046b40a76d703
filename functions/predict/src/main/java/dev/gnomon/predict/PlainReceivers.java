package dev.gnomon.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.logs.ReadLines;
import dev.gnomon.core.telemetry.Mapping;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.alerts.FiringAlerts;
import dev.gnomon.core.telemetry.hardware.SmartReadings;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `POST /v1/lines`: lines of logs, plain or JSON, or a JSON array of objects. `POST /v1/smart`:
/// what `smartctl --json` says. `POST /v1/alerts`: the webhook of Alertmanager. Query parameters
/// become labels: `job`, `instance`, and `resource` and `cell` as `gnomon_resource` and
/// `gnomon_cell`.
@ApplicationScoped
class PlainReceivers implements ApiRoutes {
  static final int LINES_AT_MOST = 100_000;

  private static final Map<String, String> LABELS =
      Map.of(
          "job",
          "job",
          "instance",
          "instance",
          "resource",
          Mapping.RESOURCE_LABEL,
          "cell",
          Mapping.CELL_LABEL);

  private final Reception reception;
  private final TelemetryIntake intake;
  private final HeldSeries held;
  private final Clock clock;

  @Inject
  PlainReceivers(Reception reception, TelemetryIntake intake, HeldSeries held, Clock clock) {
    this.reception = reception;
    this.intake = intake;
    this.held = held;
    this.clock = clock;
  }

  /// The answer.
  record Receipt(int taken, int leftOut) {}

  @Override
  public void register(Api api) {
    api.raw(
        "/v1/lines",
        request -> reception.door("/v1/lines", request),
        Reception.BYTES_AT_MOST,
        (request, body) ->
            reception.take("/v1/lines", request, body, plain -> lines(request, plain)));
    api.raw(
        "/v1/smart",
        request -> reception.door("/v1/smart", request),
        Reception.BYTES_AT_MOST,
        (request, body) ->
            reception.take("/v1/smart", request, body, plain -> smart(request, plain)));
    api.raw(
        "/v1/alerts",
        request -> reception.door("/v1/alerts", request),
        Reception.BYTES_AT_MOST,
        (request, body) ->
            reception.take("/v1/alerts", request, body, plain -> alerts(request, plain)));
  }

  private static Map<String, String> labels(ApiRequest request) {
    Map<String, String> labels = new TreeMap<>();
    LABELS.forEach((parameter, label) ->
        request
            .query(parameter, PlainReceivers::checked)
            .ifPresent(value -> labels.put(label, value)));
    return labels;
  }

  private static String checked(String value) {
    if (value.isEmpty() || value.length() > SeriesKey.LABEL_VALUE_AT_MOST) {
      throw new IllegalArgumentException("expected 1 to 512 characters");
    }
    return value;
  }

  private Answer lines(ApiRequest request, byte[] body) {
    Map<String, String> labels = labels(request);
    boolean json =
        request
            .header("Content-Type")
            .map(type -> type.toLowerCase(Locale.ROOT))
            .filter(type -> type.startsWith("application/json"))
            .isPresent();
    // What is no UTF-8 becomes a replacement character, which is masked.
    String text = new String(body, StandardCharsets.UTF_8);
    ReadLines lines = new ReadLines(labels, LINES_AT_MOST);
    try {
      if (json && text.stripLeading().startsWith("[")) {
        lines.array(text);
      } else {
        lines.text(text);
      }
    } catch (IOException e) {
      throw noJson();
    }
    held.count(lines.read());
    return Answer.of(new Receipt(lines.read().size(), lines.leftOut()));
  }

  private static JsonNode tree(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw noJson();
    }
  }

  /// Without the cause, whose message would hold some of it.
  private static Rejection noJson() {
    return Rejection.of(ProblemKind.REFUSED, "the body is no JSON");
  }

  private Answer smart(ApiRequest request, byte[] body) {
    Optional<List<Sample>> samples =
        SmartReadings.of(
            tree(new String(body, StandardCharsets.UTF_8)), labels(request), clock.instant());
    if (samples.isEmpty()) {
      throw Rejection.of(
          ProblemKind.REFUSED, "the body is not what smartctl --json -a says of a drive");
    }
    intake.take(Reception.effect("/v1/smart", body), samples.get());
    return Answer.of(new Receipt(samples.get().size(), 0));
  }

  private Answer alerts(ApiRequest request, byte[] body) {
    FiringAlerts.Taken taken =
        held.alerts()
            .take(tree(new String(body, StandardCharsets.UTF_8)), labels(request), clock.instant())
            .orElseThrow(() ->
                Rejection.of(
                    ProblemKind.REFUSED, "expected a list in 'alerts', as Alertmanager sends it"));
    return Answer.of(new Receipt(taken.known(), taken.unfit()));
  }
}
