package dev.gnomon.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `logs`: logs as telemetry.
@Command(
    name = "logs",
    description = "Sends logs as telemetry: rates by severity and template.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(send)")
final class LogsCommand implements Runnable {
  /// With its own command below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new LogsCommand()).addSubcommand(new Send(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which of send?");
  }

  /// `logs send`.
  ///
  /// Lines are sent when there is nothing more to read at once, so that those of a pipe arrive
  /// while it is open.
  @Command(
      name = "send",
      description = {
        "Sends lines of logs, plain or JSON, until the end of the file or pipe.",
        "Only counts and masked templates are kept of them."
      },
      mixinStandardHelpOptions = true)
  static final class Send implements Runnable {
    private final Gnomon top;

    @Mixin private SendTelemetry where = new SendTelemetry();

    Send(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      long sent = 0;
      try (InputStream in = where.open()) {
        LineChunks chunks = new LineChunks(in);
        for (byte[] chunk = chunks.next(); chunk.length > 0; chunk = chunks.next()) {
          where.send(
              top, "/v1/lines", "application/x-ndjson", new String(chunk, StandardCharsets.UTF_8));
          sent += chunk.length;
        }
      } catch (IOException e) {
        throw Failure.failed("the lines can't be read: " + e.getMessage());
      }
      if (top.console.json()) {
        top.console.value(Map.of("bytes", sent));
      } else {
        top.console.line("sent %d bytes of lines".formatted(sent));
      }
    }
  }
}
