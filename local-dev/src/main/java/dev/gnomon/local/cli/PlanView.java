package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/// A dry run for people: a paragraph a resource.
final class PlanView {
  private PlanView() {}

  static void print(Console console, JsonNode plan) {
    plan.path("resources").forEach(line -> resource(console, line));
    console.line("Nothing was changed.");
  }

  private static void resource(Console console, JsonNode line) {
    console.line(
        "%s: %s to %s, from epoch %s"
            .formatted(
                line.path("resource").asText(),
                line.path("mode").asText(),
                line.path("point").asText(),
                line.path("epochBefore").asText()));
    console.line("  because   " + line.path("why").asText());
    if (line.path("switchesAtOnce").asBoolean()) {
      console.line("  switch    at once: a location already holds exactly this point");
    }
    console.line(
        "  writes    %s, %s"
            .formatted(
                Amounts.count(line.path("filesToWrite").asLong(), "file", "files"),
                Amounts.bytes(line.path("bytesToWrite").asLong())));
    console.line(
        String.format(
            Locale.ROOT,
            "  deletes   %s (%.1f %% of those there, the limit is %d %%%s)",
            Amounts.count(line.path("filesToDelete").asLong(), "file", "files"),
            line.path("deletePercent").asDouble(),
            line.path("deleteLimitPercent").asInt(),
            line.path("overLimit").asBoolean() ? ": it needs --allow-deletes" : ""));
    line.path("impossible")
        .forEach(why -> console.line("  fails     nothing would be touched: " + why.asText()));
    line.path("examples").forEach(example -> console.line("            " + example.asText()));
    console.line("  fence     " + line.path("fence").asText());
    if (line.has("estimatedSeconds")) {
      console.line(
          String.format(
              Locale.ROOT,
              "  serves    again after about %.1f s: %s",
              line.path("estimatedSeconds").asDouble(),
              line.path("estimate").asText()));
    }
  }
}
