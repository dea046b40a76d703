package dev.gnomon.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.util.Map;
import java.util.TreeMap;

/// K_CE_OVERRIDES of a Knative SinkBinding: `{"extensions": {"name": "value"}}`.
final class SinkOverrides {
  private SinkOverrides() {}

  /// @throws IllegalArgumentException if the text is not of that form
  static Map<String, String> parse(String json) {
    try {
      Map<String, String> extensions = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry :
          Json.MAPPER.readTree(json).path("extensions").properties()) {
        if (!entry.getKey().matches("[a-z0-9]{1,20}") || !entry.getValue().isTextual()) {
          throw new IllegalArgumentException(
              "expected names of a-z and 0-9 and texts, found " + entry);
        }
        extensions.put(entry.getKey(), entry.getValue().textValue());
      }
      return Map.copyOf(extensions);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
