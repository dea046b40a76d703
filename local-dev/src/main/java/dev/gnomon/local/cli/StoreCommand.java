package dev.gnomon.local.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `store`: work on a store itself; needs no stack.
@Command(
    name = "store",
    description = "Works on a store itself; needs no stack.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class StoreCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new StoreCommand())
        .addSubcommand("check", new StoreCheckCommand(top))
        .addSubcommand("repair", new StoreRepairCommand(top))
        .addSubcommand("collect", new StoreCollectCommand(top))
        .addSubcommand("keys", new StoreKeysCommand(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse(
        "which of %s?".formatted(String.join(", ", spec.subcommands().keySet())));
  }
}
