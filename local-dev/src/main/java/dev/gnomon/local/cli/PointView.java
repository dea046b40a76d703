package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointDiff;
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
        new Table(
            "POINT", "CELL", "TIME", "KIND", "FILES", "SIZE", "STORED", "UPDATE", "TAGS", "REMARKS",
            "KEPT BY");
    for (JsonNode entry : entries) {
      JsonNode point = entry.path("point");
      String remarks = remarks(entry);
      table.row(
          StatusCommand.text(point, "id"),
          StatusCommand.text(entry, "cell"),
          StatusCommand.text(point, "time").replaceAll("\\.[0-9]+Z$", "Z"),
          StatusCommand.lower(point, "kind"),
          StatusCommand.text(point, "files"),
          Amounts.bytes(point.path("bytes").asLong()),
          Amounts.bytes(point.path("storedBytes").asLong()),
          StatusCommand.text(point, "updateId"),
          String.join(", ", texts(entry.path("tags"))),
          remarks,
          keptBy(entry));
      table.style(9, Style.WARN);
    }
    table.print(console, "");
  }

  /// Why a point stays: all reasons where a stack knows the rules, else its holds.
  static String keptBy(JsonNode entry) {
    if (entry.path("why").isArray()) {
      return entry.path("why").isEmpty()
          ? "nothing, it goes"
          : String.join(", ", texts(entry.path("why")));
    }
    return String.join(", ", holds(entry));
  }

  /// What people said about a point.
  static String marks(JsonNode entry) {
    List<String> marks = new ArrayList<>();
    texts(entry.path("tags")).forEach(tag -> marks.add("tag " + tag));
    marks.addAll(holds(entry));
    return marks.isEmpty() ? "has no tags and no holds" : "has " + String.join(", ", marks);
  }

  static void show(Console console, JsonNode entry) {
    JsonText.print(console, entry.path("point"), "");
    for (String name : List.of("tags", "holds", "why")) {
      ObjectNode field = Json.MAPPER.createObjectNode();
      field.set(name, entry.path(name));
      JsonText.print(console, field, "");
    }
    if (entry.path("served").isObject()) {
      ObjectNode served = Json.MAPPER.createObjectNode();
      served.set("served", entry.path("served"));
      JsonText.print(console, served, "");
    }
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<String> holds(JsonNode entry) {
    List<String> holds = new ArrayList<>();
    entry.path("holds").forEach(hold -> holds.add("hold " + hold.path("reason").asText()));
    return holds;
  }

  static String remarks(JsonNode entry) {
    JsonNode point = entry.path("point");
    List<String> remarks = new ArrayList<>();
    if (entry.path("expiring").asBoolean()) {
      remarks.add("expired: is being deleted");
    }
    if (point.path("held").asBoolean()) {
      remarks.add("held for acceptance: shrank by more than half");
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

  static JsonNode json(PointDiff diff) {
    return Json.MAPPER.valueToTree(diff);
  }
}
