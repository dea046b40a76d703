package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.events.DecisionApproved;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `approve`: a person's word on a decision that waits for it.
@Command(
    name = "approve",
    description = "Carries out a decision that waits for approval, as it stands now.",
    mixinStandardHelpOptions = true)
final class ApproveCommand implements Callable<Integer> {
  private final Gnomon top;

  @Parameters(
      paramLabel = "DECISION",
      description = "As 'gnomon status' shows it, such as site-d1.")
  private String decision = "";

  @Option(
      names = "--beyond-limits",
      description = "Whatever the limits on what is acted on together say (decisions.limits).")
  private boolean beyondLimits;

  @Option(names = "--wait", description = "Waits for the end of the rollback.")
  private boolean wait;

  ApproveCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    RollbackRun run = new RollbackRun(top);
    JsonNode found =
        run.api()
            .decision(decision)
            .orElseThrow(() ->
                Failure.failed(
                    "there is no decision '%s': 'gnomon status' lists the newest"
                        .formatted(decision)));
    JsonNode asked = found.path("asked");
    if (asked.isMissingNode()) {
      throw Failure.failed(
          "decision %s does not wait for anybody: %s"
              .formatted(decision, StatusCommand.text(found, "reason")));
    }
    return run.run(
        new DecisionApproved(
            decision,
            asked.path("evidence").asText(),
            Optional.of(System.getProperty("user.name", "somebody")),
            beyondLimits ? Optional.of(true) : Optional.empty()),
        wait);
  }
}
