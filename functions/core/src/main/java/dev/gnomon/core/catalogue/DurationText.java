package dev.gnomon.core.catalogue;

import dev.gnomon.core.faults.Refusal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people write them: `30s`, `15m`, `1h30m`, `2d`, `500ms`, or in the ISO-8601 form
/// `PT15M`.
public final class DurationText {
  private static final Pattern SHORT = Pattern.compile("([0-9]{1,9}(ms|s|m|h|d))+");
  private static final Pattern TERM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  private DurationText() {}

  /// @throws IllegalArgumentException if the text is not a duration
  public static Duration parse(String text) {
    if (text.startsWith("P")) {
      return iso(text);
    }
    if (!SHORT.matcher(text).matches()) {
      throw refused(text);
    }
    Duration sum = Duration.ZERO;
    Matcher terms = TERM.matcher(text);
    while (terms.find()) {
      sum = sum.plus(term(Long.parseLong(terms.group(1)), terms.group(2)));
    }
    return sum;
  }

  /// The shortest form in which [#parse] reads the same duration (to the millisecond).
  public static String format(Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      return duration.isZero() ? "0s" : duration.toString();
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toDays(), "d");
    append(text, duration.toHoursPart(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? duration.toString() : text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount > 0) {
      text.append(amount).append(unit);
    }
  }

  private static Duration term(long amount, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> throw new Refusal("unknown unit " + unit);
    };
  }

  private static Duration iso(String text) {
    try {
      Duration duration = Duration.parse(text);
      if (duration.isNegative()) {
        throw refused(text);
      }
      return duration;
    } catch (DateTimeParseException | ArithmeticException e) {
      IllegalArgumentException refused = refused(text);
      refused.addSuppressed(e);
      throw refused;
    }
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "expected a duration such as 30s, 15m, 1h30m or PT15M, found '" + text + "'");
  }
}
