package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `explain`: a decision with all its numbers.
@Command(
    name = "explain",
    description =
        "Shows a decision: what it rests on, what each option was expected to cost, and why.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {
  private final Gnomon top;

  @Parameters(
      paramLabel = "DECISION",
      description = "As 'gnomon status' shows it, such as site-d1.")
  private String decision = "";

  ExplainCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    JsonNode found =
        StackApi.of(top.options.data())
            .decision(decision)
            .orElseThrow(() ->
                Failure.failed(
                    "there is no decision '%s': 'gnomon status' lists the newest"
                        .formatted(decision)));
    if (top.console.json()) {
      top.console.value(found);
    } else {
      DecisionView.show(top.console, found);
    }
  }
}
