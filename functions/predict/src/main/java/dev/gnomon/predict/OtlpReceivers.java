package dev.gnomon.predict;

import dev.gnomon.core.telemetry.TelemetryRule;
import dev.gnomon.otlp.Attributes;
import dev.gnomon.otlp.OtlpForm;
import dev.gnomon.otlp.OtlpLogs;
import dev.gnomon.otlp.OtlpMetrics;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `POST /v1/metrics` and `/v1/logs`: the OpenTelemetry Protocol over HTTP (OTLP/HTTP 1.x), in
/// protobuf and JSON. What is answered with 200 is stored by the broker, or counted.
@ApplicationScoped
class OtlpReceivers implements ApiRoutes {
  private final Reception reception;
  private final TelemetryIntake intake;
  private final HeldSeries held;
  private final OtlpMetrics metrics;
  private final OtlpLogs logs;

  @Inject
  OtlpReceivers(
      PredictSources sources, Reception reception, TelemetryIntake intake, HeldSeries held) {
    this.reception = reception;
    this.intake = intake;
    this.held = held;
    Attributes attributes = new Attributes(labels(sources));
    this.metrics = new OtlpMetrics(attributes);
    this.logs = new OtlpLogs(attributes);
  }

  private static Set<String> labels(PredictSources sources) {
    Set<String> labels = new HashSet<>();
    for (TelemetryRule rule : sources.catalogue().policies().telemetry().rules()) {
      labels.addAll(rule.match().keySet());
      rule.resourceLabel().ifPresent(labels::add);
      rule.cellLabel().ifPresent(labels::add);
    }
    return labels;
  }

  private interface Reading {
    byte[] answer(byte[] body, OtlpForm form) throws OtlpForm.Malformed;
  }

  @Override
  public void register(Api api) {
    api.raw(
        "/v1/metrics",
        request -> reception.door("/v1/metrics", request),
        Reception.BYTES_AT_MOST,
        (request, body) ->
            answer(
                "/v1/metrics",
                request,
                body,
                (plain, form) -> {
                  OtlpMetrics.Read read = metrics.read(plain, form);
                  intake.take(Reception.effect("/v1/metrics", plain), read.samples());
                  return read.answer(form);
                }));
    api.raw(
        "/v1/logs",
        request -> reception.door("/v1/logs", request),
        Reception.BYTES_AT_MOST,
        (request, body) ->
            answer(
                "/v1/logs",
                request,
                body,
                (plain, form) -> {
                  OtlpLogs.Read read = logs.read(plain, form);
                  held.count(read.lines());
                  return read.answer(form);
                }));
  }

  private Answer answer(String path, ApiRequest request, byte[] body, Reading reading) {
    List<String> types = request.headers("Content-Type");
    Optional<OtlpForm> form = types.size() == 1 ? OtlpForm.of(types.getFirst()) : Optional.empty();
    return reception.take(
        path,
        request,
        body,
        plain -> {
          if (form.isEmpty()) {
            return refused(
                OtlpForm.JSON, 415, "expected application/x-protobuf or application/json");
          }
          try {
            return bytes(200, form.get(), reading.answer(plain, form.get()));
          } catch (OtlpForm.Malformed e) {
            return refused(form.get(), 400, String.valueOf(e.getMessage()));
          }
        });
  }

  private static Answer refused(OtlpForm form, int status, String message) {
    return bytes(status, form, form.status(message));
  }

  private static Answer bytes(int status, OtlpForm form, byte[] body) {
    return new Answer(status, Optional.of(body), Map.of("Content-Type", form.contentType()));
  }
}
