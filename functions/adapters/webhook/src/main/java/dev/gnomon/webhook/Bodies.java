package dev.gnomon.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import java.nio.charset.StandardCharsets;

/// JSON bodies.
final class Bodies {
  private Bodies() {}

  static byte[] json(Object body) {
    try {
      return Json.MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String text(Object body) {
    return new String(json(body), StandardCharsets.UTF_8);
  }
}
