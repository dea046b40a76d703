package dev.gnomon.local.cli;

import static dev.gnomon.local.cli.StatusCommand.lower;
import static dev.gnomon.local.cli.StatusCommand.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;
import java.util.Locale;

/// A decision for people.
final class DecisionView {
  private DecisionView() {}

  static void show(Console console, JsonNode decision) {
    console.line(
        "Decision %s on %s, %s"
            .formatted(text(decision, "id"), text(decision, "resource"), text(decision, "time")));
    console.line("");
    console.line("Trigger:  " + text(decision, "trigger"));
    decision.path("evidence").forEach(sentence -> console.line("Evidence: " + sentence.asText()));
    console.line("Done:     " + words(lower(decision, "action")));
    console.line("Why:      " + text(decision, "reason"));
    if (decision.has("rollback")) {
      console.line("Rollback: " + text(decision, "rollback"));
    }
    approval(console, decision);
    JsonNode weighing = decision.path("weighing");
    if (weighing.isMissingNode()) {
      console.line("");
      console.line(
          Style.FAINT,
          "It was not weighed: what it answers asks for one thing only, or its rollback had begun before.");
      return;
    }
    forecast(console, weighing);
    options(console, weighing);
    terms(console, weighing);
  }

  private static void approval(Console console, JsonNode decision) {
    if (!decision.has("asked")) {
      return;
    }
    JsonNode asked = decision.path("asked");
    JsonNode given = decision.path("approval").path("given");
    JsonNode outcome = decision.path("approval").path("outcome");
    console.line(
        "Approval: "
            + (given.isMissingNode()
                ? "waits until %s: 'gnomon approve %s'"
                    .formatted(text(asked, "expires"), text(decision, "id"))
                : "given by %s at %s%s"
                    .formatted(
                        text(given, "by"),
                        text(given, "time"),
                        given.path("beyondLimits").asBoolean() ? ", beyond the limits" : "")));
    console.line("Bound to: evidence " + text(asked, "evidence"));
    if (!outcome.isMissingNode()) {
      console.line(
          outcome.has("rollback")
              ? "Rollback: " + text(outcome, "rollback")
              : "Refused:  " + text(outcome, "refused"));
    }
  }

  private static void forecast(Console console, JsonNode weighing) {
    JsonNode forecast = weighing.path("forecast");
    console.line("");
    Table table = new Table("WHAT", "NUMBER");
    table.row("probability of a failure", number(forecast, "probability"));
    table.row("confidence of the prediction", number(forecast, "confidence"));
    table.row("trouble began", text(forecast, "onset"));
    table.row("failure expected", text(forecast, "at"));
    table.row("seconds until then", number(forecast, "leadSeconds"));
    if (forecast.has("horizon")) {
      table.row("horizon", text(forecast, "horizon"));
    }
    if (forecast.has("model")) {
      table.row("model", text(forecast, "model"));
    }
    table.row("weight of the priority", number(weighing, "weight"));
    if (weighing.has("point")) {
      JsonNode point = weighing.path("point");
      table.row("point to go back to", text(point, "cell") + ":" + text(point, "point"));
      table.row("seconds of writes since", number(weighing, "lossSeconds"));
    }
    table.print(console, "");
    forecast.path("features").forEach(feature -> console.line("  " + feature.asText()));
  }

  private static void options(Console console, JsonNode weighing) {
    console.line("");
    Table table = new Table("OPTION", "COST", "TAKES", "BASIS");
    for (JsonNode cost : weighing.path("costs")) {
      boolean chosen = text(cost, "option").equals(text(weighing, "chosen"));
      JsonNode effort = cost.path("effort");
      table.row(
          name(cost) + (chosen ? " *" : ""),
          number(cost, "total"),
          effort.isMissingNode() ? "-" : number(effort, "seconds") + " s",
          effort.isMissingNode() ? "" : text(effort, "basis"));
      table.style(0, chosen ? Style.GOOD : Style.PLAIN);
    }
    for (JsonNode closed : weighing.path("closed")) {
      table.row(name(closed), "closed", "-", text(closed, "why"));
      table.style(1, Style.FAINT);
    }
    table.print(console, "");
    console.line(
        Style.FAINT, "Costs are seconds of outage of a resource of priority normal; * is chosen.");
  }

  private static void terms(Console console, JsonNode weighing) {
    for (JsonNode cost : weighing.path("costs")) {
      console.line("");
      console.line(name(cost) + " " + number(cost, "total"));
      Table table = new Table("TERM", "COST", "HOW");
      for (JsonNode term : cost.path("terms")) {
        table.row(text(term, "name"), number(term, "cost"), text(term, "says"));
      }
      table.print(console, "  ");
    }
  }

  private static String name(JsonNode cost) {
    return lower(cost, "option").replace('_', '-');
  }

  private static String words(String action) {
    return action.replace('-', ' ');
  }

  private static String number(JsonNode node, String field) {
    return node.has(field)
        ? String.format(Locale.ROOT, "%.3f", node.path(field).asDouble())
        : "not known";
  }
}
