package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.local.cli.Console.Style;
import java.util.ArrayList;
import java.util.List;

/// Points and comparisons as people read them.
final class PointView {
  private PointView() {}

  static JsonNode json(Point point) {
    return Json.MAPPER.valueToTree(point);
  }

  /// @param entries {cell, point} each
  static void list(Console console, List<JsonNode> entries) {
    if (entries.isEmpty()) {
      console.line("no points");
      return;
    }
    Table table =
        new Table("POINT", "CELL", "TIME", "KIND", "FILES", "SIZE", "STORED", "UPDATE", "REMARKS");
    for (JsonNode entry : entries) {
      JsonNode point = entry.path("point");
      String remarks = remarks(point);
      table.row(
          StatusCommand.text(point, "id"),
          StatusCommand.text(entry, "cell"),
          StatusCommand.text(point, "time").replaceAll("\\.[0-9]+Z$", "Z"),
          StatusCommand.lower(point, "kind"),
          StatusCommand.text(point, "files"),
          Amounts.bytes(point.path("bytes").asLong()),
          Amounts.bytes(point.path("storedBytes").asLong()),
          StatusCommand.text(point, "updateId"),
          remarks);
      table.style(8, Style.WARN);
    }
    table.print(console, "");
  }

  static String remarks(JsonNode point) {
    List<String> remarks = new ArrayList<>();
    if (point.path("held").asBoolean()) {
      remarks.add("held: shrank by more than half");
    }
    if (!point.path("consistent").asBoolean(true)) {
      remarks.add("fuzzy: changed while it was read");
    }
    if (point.path("suspect").asBoolean()) {
      remarks.add("suspect: after the onset of trouble");
    }
    long notKept = point.path("notKeptCount").asLong();
    if (notKept > 0) {
      remarks.add(notKept + " not kept");
    }
    return String.join("; ", remarks);
  }

  static void comparison(Console console, JsonNode diff) {
    paths(console, Style.GOOD, "+ ", diff.path("added"));
    paths(console, Style.BAD, "- ", diff.path("removed"));
    paths(console, Style.WARN, "~ ", diff.path("changed"));
    long differences = diff.path("differences").asLong();
    String more = diff.path("truncated").asBoolean() ? ", not all are shown" : "";
    console.line(
        differences == 0
            ? "equal"
            : Amounts.count(differences, "difference", "differences") + more);
  }

  static JsonNode json(Comparison comparison) {
    return Json.MAPPER.valueToTree(comparison);
  }

  private static void paths(Console console, Style style, String sign, JsonNode paths) {
    paths.forEach(path -> console.line(style, sign + path.asText()));
  }
}
