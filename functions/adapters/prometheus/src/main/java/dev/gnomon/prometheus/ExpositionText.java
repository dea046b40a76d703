package dev.gnomon.prometheus;

import dev.gnomon.prometheus.Exposition.Type;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Reads the text format 0.0.4 of Prometheus and OpenMetrics 1.0, line by line. One line that can't
/// be read makes all of it unusable, as with Prometheus: who writes one such line can't be trusted
/// with the others. Exemplars and `_created` are left out.
///
/// Sources: "Exposition formats" of Prometheus; OpenMetrics 1.0.0, of which more is read than is
/// allowed. Names in quotes are those of Prometheus 3.
final class ExpositionText {
  static final int LINE_CHARS_AT_MOST = 64 * 1024;

  private final boolean openMetrics;
  private final int linesAtMost;
  private final Map<String, Type> types = new HashMap<>();

  /// The text is not what it should be. The message names the line and holds nothing of it.
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(int line, String expected) {
      super("line %d: expected %s".formatted(line, expected));
    }
  }

  /// @param openMetrics what its `Content-Type` says
  /// @param linesAtMost more samples make all of it unusable
  ExpositionText(boolean openMetrics, int linesAtMost) {
    this.openMetrics = openMetrics;
    this.linesAtMost = linesAtMost;
  }

  void read(String text, Consumer<Exposition> to) throws Malformed {
    int line = 0;
    int samples = 0;
    boolean ended = false;
    for (int begin = 0; begin < text.length(); ) {
      line++;
      int end = text.indexOf('\n', begin);
      if (end < 0) {
        throw new Malformed(line, "a line feed at its end: the answer was cut off");
      }
      if (end - begin > LINE_CHARS_AT_MOST) {
        throw new Malformed(line, "at most " + LINE_CHARS_AT_MOST + " characters");
      }
      if (ended) {
        throw new Malformed(line, "nothing behind # EOF");
      }
      String content = text.substring(begin, end).strip();
      begin = end + 1;
      if (content.startsWith("#")) {
        ended = openMetrics && content.equals("# EOF");
        comment(content);
      } else if (!content.isEmpty()) {
        if (++samples > linesAtMost) {
          throw new Malformed(line, "at most " + linesAtMost + " samples");
        }
        sample(new Cursor(content, line), to);
      }
    }
    if (openMetrics && !ended) {
      throw new Malformed(line + 1, "# EOF: the answer was cut off");
    }
  }

  private void comment(String content) {
    String[] words = content.split("[ \t]+", 5);
    if (words.length >= 4 && words[1].equals("TYPE")) {
      String name = words[2];
      if (name.length() > 2 && name.startsWith("\"") && name.endsWith("\"")) {
        name = name.substring(1, name.length() - 1);
      }
      types.put(name, type(words[3].strip()));
    }
  }

  private static Type type(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "counter" -> Type.COUNTER;
      case "gauge" -> Type.GAUGE;
      case "histogram" -> Type.HISTOGRAM;
      case "gaugehistogram" -> Type.GAUGE_HISTOGRAM;
      case "summary" -> Type.SUMMARY;
      case "info" -> Type.INFO;
      case "stateset" -> Type.STATE_SET;
      default -> Type.UNKNOWN;
    };
  }

  private void sample(Cursor at, Consumer<Exposition> to) throws Malformed {
    Map<String, String> labels = new HashMap<>();
    String name = at.peek() == '{' ? "" : at.name();
    at.blanks();
    if (at.peek() == '{') {
      String inside = at.labels(labels);
      name = name.isEmpty() ? inside : name;
    }
    if (name.isEmpty()) {
      throw at.malformed("a metric's name");
    }
    at.blanks();
    double value = at.value();
    at.blanks();
    OptionalLong millis = OptionalLong.empty();
    if (!at.done() && at.peek() != '#') {
      millis = at.time(openMetrics);
      at.blanks();
    }
    if (!at.done() && !(openMetrics && at.peek() == '#')) {
      throw at.malformed("nothing behind value and time");
    }
    if (!(openMetrics && name.endsWith("_created"))) {
      String family = family(name);
      to.accept(
          new Exposition(
              family, types.getOrDefault(family, Type.UNKNOWN), name, labels, value, millis));
    }
  }

  /// A family with that very name, or one whose type adds a suffix.
  private String family(String name) {
    if (types.containsKey(name)) {
      return name;
    }
    int cut = name.lastIndexOf('_');
    String stem = cut > 0 ? name.substring(0, cut) : "";
    boolean fits =
        switch (types.getOrDefault(stem, Type.UNKNOWN)) {
          case HISTOGRAM, SUMMARY ->
              name.endsWith("_bucket") || name.endsWith("_sum") || name.endsWith("_count");
          case GAUGE_HISTOGRAM ->
              name.endsWith("_bucket") || name.endsWith("_gsum") || name.endsWith("_gcount");
          case COUNTER -> name.endsWith("_total");
          case INFO -> name.endsWith("_info");
          case GAUGE, STATE_SET, UNKNOWN -> false;
        };
    return fits ? stem : name;
  }
}
