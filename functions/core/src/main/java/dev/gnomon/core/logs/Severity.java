package dev.gnomon.core.logs;

import java.util.Locale;
import java.util.Map;

/// How bad a line says it is.
public enum Severity {
  UNKNOWN,
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL;

  private static final Map<String, Severity> WORDS =
      Map.ofEntries(
          Map.entry("trace", TRACE),
          Map.entry("finest", TRACE),
          Map.entry("debug", DEBUG),
          Map.entry("fine", DEBUG),
          Map.entry("info", INFO),
          Map.entry("information", INFO),
          Map.entry("notice", INFO),
          Map.entry("warn", WARN),
          Map.entry("warning", WARN),
          Map.entry("error", ERROR),
          Map.entry("err", ERROR),
          Map.entry("severe", ERROR),
          Map.entry("fatal", FATAL),
          Map.entry("critical", FATAL),
          Map.entry("crit", FATAL),
          Map.entry("alert", FATAL),
          Map.entry("emerg", FATAL),
          Map.entry("panic", FATAL));

  /// Words of the first so many count.
  private static final int TOKENS_LOOKED_AT = 8;

  private static final int NUMBERS_A_STEP = 4;

  /// As syslog, Java, Go, Python and others write it.
  public static Severity of(String word) {
    return WORDS.getOrDefault(word.toLowerCase(Locale.ROOT), UNKNOWN);
  }

  /// @param number of OpenTelemetry: 1 to 24, four a severity; 0 is unknown
  public static Severity ofNumber(int number) {
    return number < 1 || number > 24 ? UNKNOWN : values()[1 + (number - 1) / NUMBERS_A_STEP];
  }

  /// The first word at the beginning of a plain line that is a severity.
  static Severity in(String line) {
    int begin = 0;
    for (int token = 0; token < TOKENS_LOOKED_AT && begin < line.length(); token++) {
      while (begin < line.length() && !Character.isLetter(line.charAt(begin))) {
        begin++;
      }
      int end = begin;
      while (end < line.length() && Character.isLetterOrDigit(line.charAt(end))) {
        end++;
      }
      Severity found = of(line.substring(begin, end));
      if (found != UNKNOWN) {
        return found;
      }
      begin = end;
    }
    return UNKNOWN;
  }

  /// Whether many more such lines are bad; of others they are traffic.
  public boolean isTrouble() {
    return compareTo(WARN) >= 0;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
