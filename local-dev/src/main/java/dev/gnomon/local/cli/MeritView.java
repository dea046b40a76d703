package dev.gnomon.local.cli;

import static dev.gnomon.local.cli.StatusCommand.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Merit for people.
final class MeritView {
  private static final List<String> FACTORS =
      List.of("health", "latency", "freshness", "prediction", "cost");

  /// Moments that a history has on a screen.
  static final int WIDTH = 60;

  private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
  private static final Set<String> SHARES = Set.of("merit", "health", "risk", "serves");

  private MeritView() {}

  static void ranking(Console console, JsonNode overview) {
    for (JsonNode resource : overview.path("resources")) {
      console.line(text(resource, "resource"));
      Table table = new Table("CELL", "MERIT", "TRUST", "AHEAD", "WHAT IS KNOWN");
      for (JsonNode place : resource.path("places")) {
        boolean serves = place.path("serves").asBoolean();
        table.row(
            text(place, "cell") + (serves ? " (serves)" : ""),
            number(place.path("merit")),
            number(place.path("trust")),
            place.has("gap")
                ? String.format(Locale.ROOT, "%+.3f", place.path("gap").asDouble())
                : "-",
            known(place));
        if (serves) {
          table.style(0, Style.GOOD);
        }
      }
      table.print(console, "  ");
      if (resource.has("returns")) {
        console.line(Style.BAD, "  " + text(resource, "returns"));
      }
      for (JsonNode block : resource.path("blocks")) {
        console.line(
            Style.BAD,
            "  automation is blocked between %s since %s: %s ('gnomon merit unblock %s')"
                .formatted(
                    cells(block.path("pair")),
                    text(block, "time"),
                    text(block, "why"),
                    text(resource, "resource")));
      }
    }
  }

  private static String known(JsonNode place) {
    List<String> parts = new ArrayList<>();
    place.path("parts").forEach(part -> parts.add(text(part, "says")));
    if (place.has("ahead")) {
      parts.add("ahead since " + text(place, "ahead"));
    }
    if (place.has("excluded")) {
      parts.add("not for automation: " + text(place, "excluded"));
    }
    return parts.isEmpty() ? "nothing" : String.join("; ", parts);
  }

  static void weights(Console console, JsonNode weights) {
    Table table = new Table("FACTOR", "CONFIGURED", "IN FORCE");
    for (String factor : FACTORS) {
      table.row(
          factor,
          number(weights.path("configured").path(factor)),
          number(weights.path("inForce").path(factor)));
    }
    table.print(console, "");
    for (JsonNode change : weights.path("changes")) {
      console.line("");
      console.line("%s: %s".formatted(text(change, "time"), text(change, "cause")));
      for (String factor : FACTORS) {
        double before = change.path("before").path(factor).asDouble();
        double after = change.path("after").path(factor).asDouble();
        if (before != after) {
          console.line(String.format(Locale.ROOT, "  %s %.3f -> %.3f", factor, before, after));
        }
      }
      for (JsonNode outcome : change.path("evidence")) {
        console.line(
            Style.FAINT,
            "  %s: %s".formatted(text(outcome, "id"), StatusCommand.lower(outcome, "verdict")));
      }
    }
  }

  /// A line a cell and metric: the lowest, the newest and the highest value, and a bar a moment. A
  /// moment that is not known is a dot.
  static void history(Console console, JsonNode history) {
    if (history.path("times").isEmpty()) {
      console.line("nothing is known of that time");
      return;
    }
    console.line(
        "%s, %s to %s"
            .formatted(text(history, "resource"), text(history, "from"), text(history, "to")));
    Table table = new Table("CELL", "METRIC", "LOWEST", "NEWEST", "HIGHEST", "");
    for (JsonNode line : history.path("lines")) {
      List<Double> values = new ArrayList<>();
      line.path("values")
          .forEach(value -> values.add(value.isNumber() ? value.asDouble() : Double.NaN));
      List<Double> known = values.stream().filter(value -> !value.isNaN()).toList();
      if (known.isEmpty()) {
        continue;
      }
      double lowest = known.stream().mapToDouble(Double::doubleValue).min().orElse(0);
      double highest = known.stream().mapToDouble(Double::doubleValue).max().orElse(0);
      String metric = text(line, "metric");
      double top = SHARES.contains(metric) ? 1 : highest;
      table.row(
          text(line, "cell"),
          metric,
          plain(lowest),
          plain(values.getLast()),
          plain(highest),
          bars(values, top));
    }
    table.print(console, "");
  }

  /// What the bars show, by the full height: 1 of a share, else the highest value.
  private static String bars(List<Double> values, double top) {
    StringBuilder bars = new StringBuilder();
    for (double value : values) {
      if (Double.isNaN(value)) {
        bars.append('.');
      } else {
        int level = top > 0 ? (int) Math.round((BARS.length() - 1) * value / top) : 0;
        bars.append(BARS.charAt(Math.clamp(level, 0, BARS.length() - 1)));
      }
    }
    return bars.toString();
  }

  private static String plain(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.0f", value);
  }

  static String cells(JsonNode pair) {
    return pair.path(0).asText() + " and " + pair.path(1).asText();
  }

  private static String number(JsonNode value) {
    return String.format(Locale.ROOT, "%.3f", value.asDouble());
  }
}
