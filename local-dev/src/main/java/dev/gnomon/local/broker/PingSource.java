package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A timer that sends one fixed event to the Broker.
record PingSource(
    String name,
    Schedule schedule,
    ZoneId zone,
    Optional<String> contentType,
    byte[] data,
    Map<String, String> extensions) {
  static final String TYPE = "dev.knative.sources.ping";

  PingSource {
    data = data.clone();
    extensions = Map.copyOf(extensions);
  }

  /// Whether it is the one that wakes every function (knative/broker/sweep-due.yaml).
  boolean isSweep() {
    return "dev.gnomon.sweep-due.v1".equals(extensions.get("gnomontype"));
  }

  PingSource withSchedule(Schedule other) {
    return new PingSource(name, other, zone, contentType, data, extensions);
  }

  /// The event of one tick, with the attributes that Knative gives it.
  CloudEvent eventAt(Instant time) {
    CloudEventBuilder event =
        CloudEventBuilder.v1()
            .withId(UUID.randomUUID().toString())
            .withSource(URI.create("/apis/v1/namespaces/gnomon/pingsources/" + name))
            .withType(TYPE)
            .withTime(time.atOffset(ZoneOffset.UTC));
    contentType.ifPresent(event::withDataContentType);
    extensions.forEach(event::withExtension);
    return event.withData(data).build();
  }
}
