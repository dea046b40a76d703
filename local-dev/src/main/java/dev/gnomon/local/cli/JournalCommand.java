package dev.gnomon.local.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `journal status | list | show | begin | append | upload | restore | undo | upkeep`: the journal
/// of a resource with a transactional shadow, by gnomon.yaml or, with `--store`, without it.
@Command(
    name = "journal",
    description = "Works on the journal of a resource; with --store without a catalogue.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "(status | list | show | begin | append | upload | restore | undo | upkeep)")
final class JournalCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new JournalCommand())
        .addSubcommand(new JournalQueries.Status(top))
        .addSubcommand(new JournalQueries.Transactions(top))
        .addSubcommand(new JournalQueries.Show(top))
        .addSubcommand(new JournalChanges.Begin(top))
        .addSubcommand(new JournalAppend(top))
        .addSubcommand(new JournalChanges.Upload(top))
        .addSubcommand(new JournalRestore(top))
        .addSubcommand(new JournalUndo(top))
        .addSubcommand(new JournalChanges.Upkeep(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse(
        "which of %s?".formatted(String.join(", ", spec.subcommands().keySet())));
  }
}
