package dev.gnomon.local.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `models`: what predicts failures. Works on the control store; needs no stack.
@Command(
    name = "models",
    description = "Shows and trains the models that predict failures; needs no stack.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new ModelsCommand())
        .addSubcommand(new ModelsList(top))
        .addSubcommand(new ModelsShow(top))
        .addSubcommand(new ModelsTrain(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse(
        "which of %s?".formatted(String.join(", ", spec.subcommands().keySet())));
  }
}
