package dev.gnomon.runtime;

import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.knative.events.CloudEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where an emitted event comes from.
///
/// @param function name of the function, such as `rollback`: the source is `/gnomon/<function>`
/// @param eventId id of the event that is being handled; absent for what a timer or start-up does
/// @param carried extension attributes that follow the work: trace context and correlation
public record Cause(String function, Optional<String> eventId, Map<String, String> carried) {
  private static final List<String> FOLLOWS =
      List.of("traceparent", "tracestate", "partitionkey", "correlationid");

  public Cause {
    carried = Map.copyOf(carried);
  }

  /// The event that a function was given; the trace goes on at the span that runs for it.
  public static Cause of(CloudEvent<?> event) {
    Map<String, String> carried = new LinkedHashMap<>();
    for (String name : FOLLOWS) {
      String value = event.extensions().get(name);
      if (value != null) {
        carried.put(name, value);
      }
    }
    Map<String, String> here = Traces.here();
    if (!here.isEmpty()) {
      carried.remove("tracestate");
      carried.putAll(here);
    }
    String path = event.extensions().getOrDefault(Gate.PATH, "unknown");
    return new Cause(path, Optional.of(event.id()), carried);
  }

  /// No event: a timer, start-up.
  public static Cause none(String function) {
    return new Cause(function, Optional.empty(), Traces.here());
  }
}
