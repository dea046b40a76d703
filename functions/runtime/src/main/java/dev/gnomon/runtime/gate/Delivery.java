package dev.gnomon.runtime.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// One event on its way to its function.
///
/// @param type as the function knows it; a timer's event says in an extension what it stands for
/// @param path it was delivered to, without slash
/// @param data checked; empty if it is handed on as bytes, or if there is none
record Delivery(
    CloudEvent event, String type, String path, String function, Optional<JsonNode> data) {

  /// The structured form that Funqy reads, whatever form the event came in.
  byte[] normalForm() {
    ObjectNode form = JsonNodeFactory.instance.objectNode();
    form.put("specversion", "1.0");
    form.put("id", event.getId());
    form.put("source", event.getSource().toString());
    form.put("type", type);
    if (event.getSubject() != null) {
      form.put("subject", event.getSubject());
    }
    if (event.getTime() != null) {
      form.put("time", event.getTime().format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    }
    if (event.getDataSchema() != null) {
      form.put("dataschema", event.getDataSchema().toString());
    }
    for (String name : event.getExtensionNames()) {
      form.put(name, Attributes.extension(event, name));
    }
    form.put(Gate.PATH, path);
    if (data.isPresent()) {
      form.put("datacontenttype", "application/json");
      form.set("data", data.get());
    } else {
      if (event.getDataContentType() != null) {
        form.put("datacontenttype", event.getDataContentType());
      }
      if (event.getData() != null) {
        form.put("data_base64", event.getData().toBytes());
      }
    }
    return form.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /// For logs: which event, to whom.
  @Override
  public String toString() {
    return "event %s of type %s from %s at /%s"
        .formatted(event.getId(), type, event.getSource(), path);
  }
}
