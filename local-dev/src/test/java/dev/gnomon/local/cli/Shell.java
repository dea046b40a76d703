package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Runs a command in this process and keeps what it printed.
///
/// @param code its exit code
public record Shell(int code, String out, String err) {

  public static Shell run(String... words) {
    return run(StackStarter.NONE, false, words);
  }

  static Shell onTerminal(String... words) {
    return run(StackStarter.NONE, true, words);
  }

  static Shell run(StackStarter starter, boolean terminal, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Gnomon.run(
            words,
            starter,
            new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                terminal));
    return new Shell(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// Standard output, which must be exactly one JSON value.
  public JsonNode json() throws IOException {
    return Json.MAPPER.readTree(out);
  }
}
