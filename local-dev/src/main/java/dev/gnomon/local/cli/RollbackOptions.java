package dev.gnomon.local.cli;

import dev.gnomon.events.RollbackRequested;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What `rollback` and `undo` have in common.
final class RollbackOptions {
  @Option(
      names = "--allow-deletes",
      description = "Lets the restore delete more files than the resource's limit.")
  private boolean allowDeletes;

  @Option(
      names = "--dry-run",
      description =
          "Shows what would be done; no resource is changed. The moment of a journal that it would go"
              + " to is stored as a point of kind 'moment' all the same.")
  private boolean dryRun;

  @Option(names = "--wait", description = "Waits for the end of the rollback.")
  private boolean wait;

  @Option(names = "--reason", paramLabel = "TEXT", description = "For people.")
  private @Nullable String reason;

  Optional<Boolean> allowDeletes() {
    return allowDeletes ? Optional.of(true) : Optional.empty();
  }

  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /// @return the exit code
  int carryOut(RollbackRun run, RollbackRequested request) {
    return dryRun ? run.plan(request) : run.run(request, wait);
  }
}
