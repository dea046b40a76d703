package dev.gnomon.local.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `cell init`: makes the stores of cells ready; needs no stack.
@Command(
    name = "cell",
    description = "Works on the cells of gnomon.yaml; needs no stack.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "init")
final class CellCommand implements Runnable {
  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new CellCommand()).addSubcommand("init", new CellInitCommand(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which of init?");
  }
}
