package dev.gnomon.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.events.EventData;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.Outgoing;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.quarkus.funqy.knative.events.CloudEvent;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The attributes of an event that is about to be sent, by the one rule for all of them.
record Envelope(
    String id,
    String type,
    String source,
    Optional<String> subject,
    OffsetDateTime time,
    Map<String, String> extensions,
    EventData data) {

  static Envelope of(Outgoing event, Cause cause, Instant now) {
    Map<String, String> extensions = new LinkedHashMap<>(cause.carried());
    event.data().subject().ifPresent(subject -> extensions.put("partitionkey", subject));
    event.correlation().ifPresent(id -> extensions.put("correlationid", id));
    cause.eventId().ifPresent(id -> extensions.put("causationid", id));
    return new Envelope(
        event.id(),
        event.type(),
        "/gnomon/" + cause.function(),
        event.data().subject(),
        now.atOffset(ZoneOffset.UTC),
        extensions,
        event.data());
  }

  /// For a reply through Funqy.
  CloudEvent<EventData> reply() {
    var builder =
        io.quarkus.funqy.knative.events.CloudEventBuilder.create()
            .specVersion("1.0")
            .id(id)
            .type(type)
            .source(source)
            .time(time)
            .extensions(extensions);
    subject.ifPresent(builder::subject);
    return builder.build(data);
  }

  /// For a sink.
  ///
  /// @param more extensions that go over the event's own
  io.cloudevents.CloudEvent message(Map<String, String> more) {
    byte[] json;
    try {
      json = EventJson.MAPPER.writeValueAsBytes(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("data of " + id + " can't be written", e);
    }
    var builder =
        CloudEventBuilder.v1()
            .withId(id)
            .withType(type)
            .withSource(URI.create(source))
            .withTime(time)
            .withData("application/json", json);
    subject.ifPresent(builder::withSubject);
    extensions.forEach(builder::withExtension);
    more.forEach(builder::withExtension);
    return builder.build();
  }
}
