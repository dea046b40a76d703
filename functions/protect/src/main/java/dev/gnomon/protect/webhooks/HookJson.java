package dev.gnomon.protect.webhooks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/// Reads bodies that anybody may have written: bounded in depth and in the length of numbers; a key
/// that stands twice, text behind the end and NaN are refused.
final class HookJson {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_CHARS = 100;
  private static final int MAX_SHOWN = 200;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Names that strangers think of are not kept for ever.
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private HookJson() {}

  /// The text at a name in an object of the body, found without keeping anything of the body:
  /// whoever sent it is not known yet. Empty if it is not there, or the body can't be read so far.
  static Optional<String> seek(byte[] body, String object, String name) {
    try (JsonParser in = MAPPER.createParser(body)) {
      return in.nextToken() == JsonToken.START_OBJECT
              && reached(in, object)
              && in.currentToken() == JsonToken.START_OBJECT
              && reached(in, name)
              && in.currentToken() == JsonToken.VALUE_STRING
          ? Optional.of(in.getText())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Goes on to the value of a name of the object that it is in.
  private static boolean reached(JsonParser in, String name) throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = in.currentName().equals(name);
      in.nextToken();
      if (found) {
        return true;
      }
      in.skipChildren();
    }
    return false;
  }

  /// @throws Rejection (400) if it is no JSON object
  static ObjectNode object(byte[] body) {
    try {
      JsonNode read = MAPPER.readTree(body);
      if (read instanceof ObjectNode object) {
        return object;
      }
      throw broken("expected a JSON object");
    } catch (JsonProcessingException e) {
      throw broken("the body can't be read: " + shown(e.getOriginalMessage()));
    } catch (IOException e) {
      throw broken("the body is not in the encoding that it seems to have");
    }
  }

  static Optional<String> text(JsonNode at, String name) {
    JsonNode value = at.path(name);
    return value.isTextual() && !value.textValue().isBlank()
        ? Optional.of(value.textValue())
        : Optional.empty();
  }

  static String required(JsonNode at, String name) {
    return text(at, name).orElseThrow(() -> broken("expected a text in '" + name + "'"));
  }

  /// A time of RFC 3339.
  static Optional<Instant> time(JsonNode at, String name) {
    return text(at, name)
        .map(text -> {
          try {
            return OffsetDateTime.parse(text).toInstant();
          } catch (DateTimeException e) {
            throw broken("expected a time such as 2026-11-22T06:30:00Z in '" + name + "'");
          }
        });
  }

  /// Text of others for people and logs.
  static String shown(String text) {
    return Notice.line(text, MAX_SHOWN);
  }

  static Rejection broken(String why) {
    return Rejection.of(ProblemKind.REFUSED, why);
  }
}
