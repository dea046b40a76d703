package dev.gnomon.store.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.store.blobs.BlobFault;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a journal keeps of an object beside its content, in the metadata of the write: JSON, cut
/// into pieces because a value of metadata is short.
///
/// @param modified of the version, by the server's clock
/// @param attributes empty if only the version in the bucket has them
record ObjectFacts(String etag, Instant modified, Optional<Attributes> attributes) {
  private static final int PIECE = 2000;
  private static final String NAME = "object";

  Map<String, String> metadata() {
    String text;
    try {
      text = Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text always has a JSON form", e);
    }
    Map<String, String> pieces = new LinkedHashMap<>();
    for (int at = 0; at < text.length(); at += PIECE) {
      pieces.put(
          "%s.%02d".formatted(NAME, pieces.size()),
          text.substring(at, Math.min(text.length(), at + PIECE)));
    }
    return pieces;
  }

  /// @throws BlobFault if they are none that were written
  static ObjectFacts of(Map<String, String> metadata) {
    String text = String.join("", new TreeMap<>(metadata).values());
    try {
      return Json.MAPPER.readValue(text, ObjectFacts.class);
    } catch (JsonProcessingException e) {
      throw new BlobFault("what a journal keeps of an object can't be read: " + e.getMessage());
    }
  }
}
