package dev.gnomon.core.logs;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One line of a log.
///
/// @param time empty: it does not say
/// @param labels of where it comes from
/// @param text what it says; kept nowhere
public record LogLine(
    Optional<Instant> time, Severity severity, Map<String, String> labels, String text) {
  public LogLine {
    labels = Map.copyOf(labels);
  }

  /// A plain line, whose severity is looked for in it.
  public static LogLine plain(Map<String, String> labels, String text) {
    return new LogLine(Optional.empty(), Severity.in(text), labels, text);
  }

  /// Without what it says.
  @Override
  public String toString() {
    return "LogLine[%s, %d characters]".formatted(severity, text.length());
  }
}
