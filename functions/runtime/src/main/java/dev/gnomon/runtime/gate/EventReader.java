package dev.gnomon.runtime.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads one CloudEvent 1.0 from an HTTP request, binary or structured.
///
/// The SDK does the reading; what it lets pass (percent-encoded headers, repeated headers or
/// members, empty ids, control characters) is refused or decoded here. Source: CloudEvents 1.0.2,
/// HTTP binding and JSON format.
public final class EventReader {
  private static final Pattern ATTRIBUTE = Pattern.compile("[a-z0-9]+");
  private static final String STRUCTURED = "application/cloudevents+json";

  /// Strict: a member named twice or text after the document is an error.
  static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private EventReader() {}

  /// @param headers in any case, one char a byte
  /// @throws Rejection NOT_A_CLOUDEVENT, with what is wrong
  public static CloudEvent read(Iterable<Map.Entry<String, String>> headers, byte[] body) {
    Map<String, String> known = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.equals("content-type") || name.startsWith("ce-")) {
        if (known.put(name, header.getValue()) != null) {
          throw not("header " + name + " is there twice");
        }
      }
    }
    MediaType type = MediaType.of(known.remove("content-type"));
    CloudEvent event;
    if (type.is(STRUCTURED)) {
      event = parse(Map.of("content-type", STRUCTURED), envelope(type.toUtf8(body)));
    } else if (type.name().startsWith("application/cloudevents-batch")) {
      throw not("batches are not taken, send one event a request");
    } else if (type.name().startsWith("application/cloudevents")) {
      throw not("format " + type.name() + " is not taken, send " + STRUCTURED);
    } else {
      event = parse(binary(known, type), body);
    }
    return Attributes.checked(event);
  }

  private static Map<String, String> binary(Map<String, String> ceHeaders, MediaType type) {
    if (!ceHeaders.containsKey("ce-specversion")) {
      throw not("header ce-specversion is missing, and Content-Type is not " + STRUCTURED);
    }
    Map<String, String> decoded = new LinkedHashMap<>();
    ceHeaders.forEach((header, value) -> {
      String name = header.substring("ce-".length());
      checkName(name);
      if (name.equals("datacontenttype")) {
        throw not("the content type of the data travels as Content-Type, not as " + header);
      }
      try {
        decoded.put(header, HeaderValues.decode(value));
      } catch (CharacterCodingException e) {
        throw not("header " + header + " is not UTF-8 after percent-decoding");
      }
    });
    checkVersion(decoded.get("ce-specversion"));
    if (!type.text().isEmpty()) {
      decoded.put("content-type", type.text());
    }
    return decoded;
  }

  /// Checks the JSON envelope and leaves out members that are null, which stand for absent ones.
  private static byte[] envelope(byte[] utf8) {
    JsonNode tree;
    try {
      tree = STRICT.readTree(utf8);
    } catch (java.io.IOException e) {
      throw not("the body is not JSON: " + reason(e));
    }
    if (!(tree instanceof ObjectNode object)) {
      throw not("the body is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      if (!name.equals("data") && !name.equals("data_base64")) {
        checkName(name);
        if (member.getValue().isContainerNode()) {
          throw not("attribute " + name + " is neither text, number nor truth value");
        }
      }
    }
    if (object.hasNonNull("data") && object.hasNonNull("data_base64")) {
      throw not("data and data_base64 exclude each other");
    }
    JsonNode version = object.path("specversion");
    checkVersion(version.isTextual() ? version.textValue() : version.toString());
    object.properties().removeIf(member -> member.getValue().isNull());
    return object.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static CloudEvent parse(Map<String, String> headers, byte[] body) {
    try {
      return HttpMessageFactory.createReader(headers, body).toEvent();
    } catch (RuntimeException e) {
      throw not(reason(e));
    }
  }

  private static void checkName(String name) {
    if (!ATTRIBUTE.matcher(name).matches() || name.equals("data")) {
      throw not("'" + name + "' can't name an attribute: expected a-z and 0-9, and not data");
    }
  }

  private static void checkVersion(@org.jspecify.annotations.Nullable String version) {
    if (!"1.0".equals(version)) {
      throw not(
          "specversion is not 1.0: " + (version == null || version.isEmpty() ? "absent" : version));
    }
  }

  static String reason(Throwable fault) {
    if (fault instanceof JsonProcessingException json) {
      return json.getOriginalMessage();
    }
    String message = fault.getMessage();
    Throwable cause = fault.getCause();
    if (message == null && cause != null) {
      message = cause.getMessage();
    }
    return message == null
        ? fault.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  static Rejection not(String why) {
    return Rejection.of(ProblemKind.NOT_A_CLOUDEVENT, why);
  }
}
