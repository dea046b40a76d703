package dev.gnomon.runtime;

import dev.gnomon.runtime.gate.Gate;
import dev.gnomon.runtime.logs.LogKeys;
import dev.gnomon.runtime.settings.Settings;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.quarkus.funqy.knative.events.CloudEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs what is done for an event in a span of the trace that the event belongs to, and lets events
/// that are sent meanwhile carry that span on. Without an exporter nothing is recorded, and the
/// trace of the event is carried on as it came.
///
/// Attributes are those of OpenTelemetry's semantic conventions for CloudEvents.
@ApplicationScoped
public class Traces {
  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

  private final Tracer tracer;

  @Inject
  Traces(OpenTelemetry telemetry, Settings settings) {
    // Switched off, Quarkus' own still makes up ids, of spans that nobody will ever see.
    OpenTelemetry used =
        settings.get(RuntimeSettings.TRACES_OFF) ? OpenTelemetry.noop() : telemetry;
    this.tracer = used.getTracer("dev.gnomon");
  }

  /// @param work called once, on this thread
  <T extends @Nullable Object> T handling(CloudEvent<?> event, Supplier<T> work) {
    Span span = span(event);
    try (Scope current = span.makeCurrent();
        LogKeys keys = new LogKeys()) {
      if (span.getSpanContext().isValid()) {
        keys.with(LogKeys.TRACE_ID, span.getSpanContext().getTraceId());
      }
      return work.get();
    } catch (RuntimeException | Error e) {
      span.recordException(e);
      span.setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
      throw e;
    } finally {
      span.end();
    }
  }

  private Span span(CloudEvent<?> event) {
    String function = event.extensions().getOrDefault(Gate.PATH, "unknown");
    SpanBuilder span =
        tracer
            .spanBuilder(function + " " + event.type())
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(W3C.extract(Context.current(), event.extensions(), new Extensions()))
            .setAttribute("cloudevents.event_id", event.id())
            .setAttribute("cloudevents.event_source", event.source())
            .setAttribute("cloudevents.event_type", event.type());
    if (event.subject() != null) {
      span.setAttribute("cloudevents.event_subject", event.subject());
    }
    return span.startSpan();
  }

  /// `traceparent`, and `tracestate` if there is one, of the span that runs on this thread; empty
  /// if none does.
  static Map<String, String> here() {
    Map<String, String> carried = new LinkedHashMap<>();
    W3C.inject(
        Context.current(),
        carried,
        (map, name, value) -> {
          if (map != null) {
            map.put(name, value);
          }
        });
    return carried;
  }

  private static final class Extensions implements TextMapGetter<Map<String, String>> {
    @Override
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
      return carrier == null ? null : carrier.get(key);
    }
  }
}
