package dev.gnomon.runtime;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.RecordingSink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One trace goes through every function that an event leads to.
@QuarkusTest
@TestProfile(TracesEventTest.Traced.class)
class TracesEventTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";

  public static class Traced implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("gnomon.traces.off", "false", "quarkus.otel.bsp.schedule.delay", "10ms");
    }
  }

  @TestHTTPResource("/")
  URI base;

  @Inject InMemorySpanExporter spans;
  @Inject RecordingSink sink;

  @BeforeEach
  void clear() {
    spans.reset();
    sink.events().clear();
  }

  private SpanData handled() {
    return await()
        .until(
            () ->
                spans.getFinishedSpanItems().stream()
                    .filter(span -> span.getKind() == SpanKind.CONSUMER)
                    .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  private Http event(String resource) {
    return Http.event(base, "shadow", resource)
        .with("ce-traceparent", "00-" + TRACE + "-" + PARENT + "-01")
        .with("ce-tracestate", "vendor=1");
  }

  @Test
  void workForAnEventIsASpanOfTheEventsTrace() {
    event("site").send();

    SpanData span = handled();
    assertThat(span.getName()).isEqualTo("shadow dev.gnomon.shadow-requested.v1");
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(PARENT);
    assertThat(span.getAttributes().get(AttributeKey.stringKey("cloudevents.event_id")))
        .isEqualTo("event-1");
  }

  @Test
  void theReplyCarriesTheSpanOn() {
    var answer = event("site").send();

    SpanData span = handled();
    assertThat(answer.json().path("traceparent").asText())
        .as(answer.toString())
        .isEqualTo("00-" + TRACE + "-" + span.getSpanId() + "-01");
    assertThat(answer.json().path("tracestate").asText()).isEqualTo("vendor=1");
  }

  @Test
  void everyFurtherEventCarriesTheSpanOn() {
    event("several").send();

    SpanData span = handled();
    assertThat(sink.events())
        .hasSize(2)
        .allSatisfy(sent ->
            assertThat(sent.getExtension("traceparent"))
                .isEqualTo("00-" + TRACE + "-" + span.getSpanId() + "-01"));
  }

  @Test
  void aFailureIsSeenInTheSpan() {
    event("bug").send();

    assertThat(handled().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void anEventWithoutATraceBeginsOneOrJoinsTheRequests() {
    Http.event(base, "shadow", "site")
        .with("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
        .send();

    assertThat(handled().getTraceId()).isEqualTo(TRACE);
  }

  @Test
  void aMalformedTraceparentHarmsNothing() {
    var answer = Http.event(base, "shadow", "site").with("ce-traceparent", "00-zz").send();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("traceparent").asText()).contains(handled().getTraceId());
  }
}
