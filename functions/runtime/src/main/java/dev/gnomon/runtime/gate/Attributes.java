package dev.gnomon.runtime.gate;

import io.cloudevents.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Rules for the values of attributes that the SDK does not check.
final class Attributes {
  /// Longest value of an attribute, in chars. Ids become parts of object names.
  static final int MAX_CHARS = 4096;

  private Attributes() {}

  static CloudEvent checked(CloudEvent event) {
    required("id", event.getId());
    required("source", event.getSource() == null ? null : event.getSource().toString());
    required("type", event.getType());
    if (event.getSubject() != null) {
      required("subject", event.getSubject());
    }
    if (event.getDataSchema() != null && !event.getDataSchema().isAbsolute()) {
      throw EventReader.not("dataschema is not an absolute URI: " + event.getDataSchema());
    }
    for (String name : event.getExtensionNames()) {
      bounded(name, extension(event, name));
    }
    return event;
  }

  /// The canonical string form of an extension attribute.
  static String extension(CloudEvent event, String name) {
    Object value = event.getExtension(name);
    return value instanceof byte[] bytes
        ? new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII)
        : String.valueOf(value);
  }

  private static void required(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw EventReader.not(name + " is missing or empty");
    }
    bounded(name, value);
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw EventReader.not(name + " has a control character");
    }
  }

  private static void bounded(String name, String value) {
    if (value.length() > MAX_CHARS) {
      throw EventReader.not(name + " has " + value.length() + " chars, at most " + MAX_CHARS);
    }
  }
}
