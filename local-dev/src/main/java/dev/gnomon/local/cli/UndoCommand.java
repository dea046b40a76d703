package dev.gnomon.local.cli;

import dev.gnomon.events.By;
import dev.gnomon.events.RollbackRequested;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `undo`: a rollback to what stood there before another rollback.
@Command(
    name = "undo",
    description = "Undoes a rollback: back to what stood there before it.",
    mixinStandardHelpOptions = true)
final class UndoCommand implements Callable<Integer> {
  private final Gnomon top;

  @Parameters(paramLabel = "ROLLBACK", description = "Its id, such as site-e3 or UPDATE-r1.")
  private String rollback = "";

  @Option(
      names = "--allow-deletes",
      description = "Lets the restore delete more files than the resource's limit.")
  private boolean allowDeletes;

  @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
  private boolean dryRun;

  @Option(names = "--wait", description = "Waits for the end.")
  private boolean wait;

  @Option(names = "--reason", paramLabel = "TEXT", description = "For people.")
  private @Nullable String reason;

  UndoCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    if (rollback.isBlank()) {
      throw Failure.wrongUse("which rollback? 'gnomon status' lists them");
    }
    RollbackRun run = new RollbackRun(top);
    if (run.api().rollback(rollback).isEmpty()) {
      throw Failure.failed(
          "there is no rollback '%s': 'gnomon status' lists them".formatted(rollback));
    }
    RollbackRequested request =
        new RollbackRequested(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(rollback),
            Optional.empty(),
            Optional.empty(),
            allowDeletes ? Optional.of(true) : Optional.empty(),
            By.PERSON,
            Optional.ofNullable(reason));
    return dryRun ? run.plan(request) : run.run(request, wait);
  }
}
