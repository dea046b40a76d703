package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import java.util.Map;
import java.util.Optional;

/// Who wants which events.
///
/// @param filter attributes that an event must have with exactly these values; empty: every event
/// @param delivery replaces the Broker's as a whole
record Trigger(
    String name, Map<String, String> filter, Destination subscriber, Optional<Delivery> delivery) {
  Trigger {
    filter = Map.copyOf(filter);
  }

  boolean matches(CloudEvent event) {
    return filter.entrySet().stream()
        .allMatch(wanted -> wanted.getValue().equals(value(event, wanted.getKey())));
  }

  private static @org.jspecify.annotations.Nullable String value(CloudEvent event, String name) {
    Object value =
        event.getAttributeNames().contains(name)
            ? event.getAttribute(name)
            : event.getExtension(name);
    return value == null ? null : value.toString();
  }
}
