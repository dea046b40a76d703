package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.events.EventData;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventTypes;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// A CloudEvent (1.0) that a command sends.
///
/// @param extensions by their names
/// @param data JSON
record Event(
    String id,
    String type,
    Optional<String> subject,
    Instant time,
    Map<String, String> extensions,
    JsonNode data) {
  static final String SOURCE = "/gnomon/cli";

  /// An event of Gnomon's own, with a fresh id.
  static Event of(EventData data) {
    SortedMap<String, String> extensions = new TreeMap<>();
    data.subject().ifPresent(subject -> extensions.put("partitionkey", subject));
    data.correlation().ifPresent(correlation -> extensions.put("correlationid", correlation));
    traceparent().ifPresent(parent -> extensions.put("traceparent", parent));
    return new Event(
        UUID.randomUUID().toString(),
        EventTypes.typeOf(data),
        data.subject(),
        Instant.now(),
        extensions,
        EventJson.MAPPER.valueToTree(data));
  }

  /// The trace that the caller is part of, as CI systems hand it on.
  static Optional<String> traceparent() {
    return Optional.ofNullable(System.getenv("TRACEPARENT"))
        .filter(text -> text.matches("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"));
  }

  /// The event in the JSON format of CloudEvents.
  ObjectNode structured() {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("specversion", "1.0");
    event.put("id", id);
    event.put("source", SOURCE);
    event.put("type", type);
    subject.ifPresent(value -> event.put("subject", value));
    event.put("time", time.toString());
    event.put("datacontenttype", "application/json");
    extensions.forEach(event::put);
    event.set("data", data);
    return event;
  }
}
