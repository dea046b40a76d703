package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Where a command writes. Text for people goes to standard output unless JSON was asked for; then
/// only the JSON does. Hints and progress go to standard error.
final class Console {
  /// Colour of a piece of text; only on a terminal.
  enum Style {
    PLAIN(""),
    STRONG("1"),
    GOOD("32"),
    WARN("33"),
    BAD("31"),
    FAINT("2");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  private final PrintStream out;
  private final PrintStream err;
  private final boolean colour;
  private final boolean terminal;
  private boolean json;

  /// @param colour whether standard output is a terminal that may be coloured
  /// @param terminal whether standard error is a terminal, so that progress can be drawn
  Console(PrintStream out, PrintStream err, boolean colour, boolean terminal) {
    this.out = out;
    this.err = err;
    this.colour = colour;
    this.terminal = terminal;
  }

  /// The process's own streams. The launcher tells which of them are terminals.
  static Console ofProcess(Map<String, String> environment) {
    boolean colour =
        Boolean.getBoolean("gnomon.terminal.out")
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Console(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        colour,
        Boolean.getBoolean("gnomon.terminal.err"));
  }

  void json(boolean wanted) {
    json = wanted;
  }

  boolean json() {
    return json;
  }

  /// Whether progress should be drawn.
  boolean interactive() {
    return terminal;
  }

  /// A line for people; nothing if JSON was asked for.
  void line(String text) {
    line(Style.PLAIN, text);
  }

  void line(Style style, String text) {
    if (!json) {
      out.println(styled(style, text));
    }
  }

  /// A line whose pieces were made safe and styled with [#styled] already.
  void ready(String text) {
    if (!json) {
      out.println(text);
    }
  }

  /// Safe text in a style.
  String styled(Style style, String text) {
    String safe = Safe.text(text);
    return colour && style != Style.PLAIN
        ? "\u001b[" + style.code + "m" + safe + "\u001b[0m"
        : safe;
  }

  /// Text that a person asked for as it is, such as a schema; may have several lines.
  void block(String text) {
    out.print(text.endsWith("\n") ? text : text + "\n");
  }

  /// The one JSON value of a command.
  void value(Object value) {
    try {
      out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A remark beside the result.
  void hint(String text) {
    err.println(Safe.text(text));
  }

  /// An error message, a line for each line of the text and all but the first one indented; with
  /// JSON also as an object on standard output.
  void error(String text) {
    String indent = "gnomon: ";
    for (String line : (Iterable<String>) text.lines()::iterator) {
      err.println(indent + Safe.text(line));
      indent = "  ";
    }
    if (json) {
      value(Map.of("error", text));
    }
  }

  /// Replaces the progress line; an empty text removes it. Only on a terminal.
  void progress(String text) {
    if (terminal) {
      err.print("\r\u001b[K" + Safe.text(text));
      err.flush();
    }
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }
}
