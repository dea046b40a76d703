package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Experiments in words.
final class ChaosView {
  private ChaosView() {}

  static void list(Console console, JsonNode overview) {
    if (!overview.path("allowed").asBoolean()) {
      console.line("experiments are not allowed here (chaos.allowed in gnomon.yaml)");
    }
    if (overview.path("experiments").isEmpty()) {
      console.line("there were none");
      return;
    }
    for (JsonNode line : overview.path("experiments")) {
      console.line(
          style(line),
          "%-8s  %s  %s: %s"
              .formatted(
                  state(line),
                  line.path("asked").asText(),
                  Safe.text(line.path("id").asText()),
                  Safe.text(line.path("name").asText())));
    }
  }

  static void one(Console console, JsonNode line) {
    console.line(style(line), "%s: %s".formatted(Safe.text(line.path("id").asText()), state(line)));
    console.line(
        "  %s: %s".formatted(Safe.text(line.path("name").asText()), line.path("trouble").asText()));
    if (line.has("from")) {
      console.line(
          "  from %s to %s".formatted(line.path("from").asText(), line.path("until").asText()));
    }
    JsonNode outcome = line.path("outcome");
    outcome.path("reasons").forEach(why -> console.line("  " + Safe.text(why.asText())));
    if (outcome.has("effects")) {
      effects(console, outcome.path("effects"));
    }
  }

  private static void effects(Console console, JsonNode effects) {
    List<String> measured = new ArrayList<>();
    for (String[] one :
        new String[][] {
          {"detectionSeconds", "noticed after"},
          {"rtoSeconds", "served again after"},
          {"rpoSeconds", "went back by"}
        }) {
      if (effects.has(one[0])) {
        measured.add(
            String.format(Locale.ROOT, "%s %.1f s", one[1], effects.path(one[0]).asDouble()));
      }
    }
    measured.add(effects.path("switches").asInt() + " moves by automation");
    measured.add(effects.path("falseSwitches").size() + " of them without a reason");
    console.line("  " + String.join(", ", measured));
    effects.path("rollbacks").forEach(id -> console.line("  rollback " + Safe.text(id.asText())));
  }

  private static String state(JsonNode line) {
    return line.path("state").asText().toUpperCase(Locale.ROOT);
  }

  private static Style style(JsonNode line) {
    return switch (line.path("state").asText()) {
      case "passed" -> Style.GOOD;
      case "failed" -> Style.BAD;
      case "stopped", "refused" -> Style.WARN;
      default -> Style.PLAIN;
    };
  }
}
