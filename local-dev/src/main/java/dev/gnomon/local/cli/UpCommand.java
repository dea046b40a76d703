package dev.gnomon.local.cli;

import dev.gnomon.yaml.CatalogueFile;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `up`: the local stack in the foreground.
@Command(
    name = "up",
    description = "Runs the local stack in the foreground; TERM or Ctrl-C stops it cleanly.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65535;

  private final Gnomon top;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the HTTP interface on 127.0.0.1 (default: a free one).")
  private @Nullable Integer port;

  UpCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() throws Exception {
    if (port != null && (port < 1 || port > MAX_PORT)) {
      throw Failure.wrongUse("--port must be in 1..65535: " + port);
    }
    Loaded loaded = CatalogueFile.load(top.options.config(), top.options.data());
    loaded.warnings().forEach(warning -> top.console.hint(warning.toString()));
    return switch (loaded) {
      case Loaded.Valid valid ->
          top.starter.start(
              new StackStarter.Request(
                  top.options.config(),
                  top.options.data(),
                  valid.catalogue(),
                  port == null ? OptionalInt.empty() : OptionalInt.of(port),
                  top.console.json()));
      case Loaded.Invalid invalid -> {
        invalid.errors().forEach(error -> top.console.hint(error.toString()));
        throw Failure.failed(
            "%s has %s"
                .formatted(
                    top.options.config(),
                    Amounts.count(invalid.errors().size(), "mistake", "mistakes")));
      }
    };
  }
}
