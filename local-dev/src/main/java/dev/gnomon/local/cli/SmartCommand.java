package dev.gnomon.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `smart`: what drives say of themselves, as telemetry.
@Command(
    name = "smart",
    description = "Sends what smartctl says of drives as telemetry.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(send)")
final class SmartCommand implements Runnable {
  private static final int BYTES_AT_MOST = 4 << 20;

  /// With its own command below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new SmartCommand()).addSubcommand(new Send(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which of send?");
  }

  /// `smart send`.
  @Command(
      name = "send",
      description = "Sends the output of \"smartctl --json -a DEVICE\", or a JSON list of such.",
      mixinStandardHelpOptions = true)
  static final class Send implements Runnable {
    private final Gnomon top;

    @Mixin private SendTelemetry where = new SendTelemetry();

    Send(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      byte[] bytes;
      try (InputStream in = where.open()) {
        bytes = in.readNBytes(BYTES_AT_MOST + 1);
      } catch (IOException e) {
        throw Failure.failed("it can't be read: " + e.getMessage());
      }
      if (bytes.length > BYTES_AT_MOST) {
        throw Failure.wrongUse("expected at most %d bytes".formatted(BYTES_AT_MOST));
      }
      where.send(top, "/v1/smart", "application/json", new String(bytes, StandardCharsets.UTF_8));
      if (top.console.json()) {
        top.console.value(Map.of("bytes", bytes.length));
      } else {
        top.console.line("sent");
      }
    }
  }
}
