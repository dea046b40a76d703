package dev.gnomon.prometheus;

import dev.gnomon.prometheus.ExpositionText.Malformed;
import java.util.Map;
import java.util.OptionalLong;

/// A place in one line of an exposition.
final class Cursor {
  private static final double MILLIS_AT_MOST = 1e15;

  private final String line;
  private final int number;
  private int at;

  Cursor(String line, int number) {
    this.line = line;
    this.number = number;
  }

  Malformed malformed(String expected) {
    return new Malformed(number, expected);
  }

  boolean done() {
    return at >= line.length();
  }

  /// 0 at the end.
  char peek() {
    return done() ? 0 : line.charAt(at);
  }

  void blanks() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  /// Letters, digits, underscores, colons; no digit first.
  String name() throws Malformed {
    int begin = at;
    while (isNameChar(peek(), at > begin)) {
      at++;
    }
    if (at == begin) {
      throw malformed("a name");
    }
    return line.substring(begin, at);
  }

  private static boolean isNameChar(char c, boolean digits) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c == ':'
        || (digits && c >= '0' && c <= '9');
  }

  /// What stands in braces.
  ///
  /// @return the metric's name if it stands there too, in quotes; else nothing
  String labels(Map<String, String> to) throws Malformed {
    String metric = "";
    at++;
    blanks();
    while (peek() != '}') {
      boolean quoted = peek() == '"';
      String name = quoted ? quoted() : name();
      blanks();
      if (quoted && metric.isEmpty() && to.isEmpty() && peek() != '=') {
        metric = name;
      } else {
        if (peek() != '=') {
          throw malformed("= behind the name of a label");
        }
        at++;
        blanks();
        if (to.put(name, quoted()) != null) {
          throw malformed("each label once");
        }
      }
      blanks();
      if (peek() == ',') {
        at++;
        blanks();
      } else if (peek() != '}') {
        throw malformed(", or } behind a label");
      }
    }
    at++;
    return metric;
  }

  private String quoted() throws Malformed {
    if (peek() != '"') {
      throw malformed("a text in quotes");
    }
    StringBuilder text = new StringBuilder();
    for (at++; peek() != '"'; at++) {
      if (done()) {
        throw malformed("a quote at the end of a text");
      }
      char c = peek();
      if (c != '\\') {
        text.append(c);
        continue;
      }
      at++;
      switch (peek()) {
        case 'n' -> text.append('\n');
        case '"' -> text.append('"');
        case '\\' -> text.append('\\');
        case 0 -> throw malformed("something behind a backslash");
        default -> text.append('\\').append(peek()); // As Prometheus has it.
      }
    }
    at++;
    return text.toString();
  }

  double value() throws Malformed {
    String word = word();
    return switch (word) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> number(word);
    };
  }

  /// @param seconds with a fraction; else whole milliseconds
  OptionalLong time(boolean seconds) throws Malformed {
    double millis = number(word()) * (seconds ? 1e3 : 1);
    if (!(Math.abs(millis) <= MILLIS_AT_MOST)) {
      throw malformed("a time");
    }
    return OptionalLong.of(Math.round(millis));
  }

  private double number(String word) throws Malformed {
    // Java takes more: hexadecimal numbers, and letters behind them.
    boolean plain =
        !word.isEmpty()
            && word.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0);
    try {
      if (plain) {
        return Double.parseDouble(word);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw malformed("a number");
  }

  private String word() {
    int begin = at;
    while (!done() && peek() != ' ' && peek() != '\t') {
      at++;
    }
    return line.substring(begin, at);
  }
}
