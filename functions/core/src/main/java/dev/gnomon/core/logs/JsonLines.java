package dev.gnomon.core.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads lines that may be JSON objects, as loggers, shippers and journald write them: of an object
/// what it says, how bad it is and when it was, of anything else the line itself.
public final class JsonLines {
  private static final List<String> TEXTS =
      List.of("message", "msg", "log", "MESSAGE", "body", "event", "text", "short_message");
  private static final List<String> LEVELS =
      List.of("level", "severity", "lvl", "log.level", "loglevel", "levelname", "severity_text");
  private static final List<String> TIMES =
      List.of("time", "timestamp", "ts", "@timestamp", "date", "datetime");

  /// Of syslog (RFC 5424), as journald writes it.
  private static final String PRIORITY = "PRIORITY";

  private static final List<Severity> PRIORITIES =
      List.of(
          Severity.FATAL,
          Severity.FATAL,
          Severity.FATAL,
          Severity.ERROR,
          Severity.WARN,
          Severity.INFO,
          Severity.INFO,
          Severity.DEBUG);

  private static final String MICROS = "__REALTIME_TIMESTAMP";
  private static final int JSON_CHARS_AT_MOST = 64 * 1024;

  private JsonLines() {}

  /// @param line without its end
  public static LogLine read(Map<String, String> labels, String line) {
    String text = line.strip();
    if (text.startsWith("{") && text.length() <= JSON_CHARS_AT_MOST) {
      try {
        JsonNode node = Json.MAPPER.readTree(text);
        if (node.isObject()) {
          return of(labels, node);
        }
      } catch (JsonProcessingException e) {
        // A line that begins with a brace.
      }
    }
    return LogLine.plain(labels, line);
  }

  /// One object, such as an entry of an array that a shipper sends.
  public static LogLine of(Map<String, String> labels, JsonNode node) {
    String text = first(node, TEXTS).orElse("");
    Severity said =
        first(node, LEVELS)
            .map(Severity::of)
            .filter(each -> each != Severity.UNKNOWN)
            .or(() -> priority(node))
            .orElseGet(() -> Severity.in(text));
    return new LogLine(time(node), said, labels, text);
  }

  private static Optional<String> first(JsonNode node, List<String> names) {
    return names.stream()
        .map(node::path)
        .filter(JsonNode::isValueNode)
        .map(JsonNode::asText)
        .filter(text -> !text.isEmpty())
        .findFirst();
  }

  private static Optional<Severity> priority(JsonNode node) {
    int priority = node.path(PRIORITY).asInt(-1);
    return priority >= 0 && priority < PRIORITIES.size()
        ? Optional.of(PRIORITIES.get(priority))
        : Optional.empty();
  }

  private static Optional<Instant> time(JsonNode node) {
    try {
      long micros = node.path(MICROS).asLong(0);
      if (micros > 0) {
        return Optional.of(Instant.ofEpochMilli(micros / 1000));
      }
      for (String name : TIMES) {
        JsonNode value = node.path(name);
        if (value.isNumber()) {
          return Optional.of(epoch(value.asDouble()));
        }
        if (value.isTextual()) {
          return Optional.of(OffsetDateTime.parse(value.asText()).toInstant());
        }
      }
    } catch (DateTimeException | ArithmeticException e) {
      // A time of another form is none.
    }
    return Optional.empty();
  }

  /// Seconds, or milliseconds where seconds would be thousands of years ahead.
  private static Instant epoch(double number) {
    double millis = Math.abs(number) < 1e11 ? number * 1e3 : number;
    return Instant.ofEpochMilli((long) millis);
  }
}
