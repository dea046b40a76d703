package dev.gnomon.local.cli;

import dev.gnomon.events.By;
import dev.gnomon.events.RollbackRequested;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private RollbackOptions options = new RollbackOptions();

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
            options.allowDeletes(),
            By.PERSON,
            options.reason());
    return options.carryOut(run, request);
  }
}
