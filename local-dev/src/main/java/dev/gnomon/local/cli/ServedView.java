package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;

/// Replicas that are plain objects: where they are, and what of their points they can't serve.
final class ServedView {
  private static final int SHOWN = 3;

  private ServedView() {}

  static void print(Console console, JsonNode resources) {
    Table table =
        new Table("SERVED", "CELL", "AT", "STATE", "POINT", "OBJECTS", "NOT SERVED", "SUCH AS");
    boolean any = false;
    for (JsonNode resource : resources) {
      for (JsonNode shadow : resource.path("shadows")) {
        JsonNode holds = shadow.path("holds");
        if (!StatusCommand.text(holds, "place").startsWith("s3+")) {
          continue;
        }
        any = true;
        boolean all = holds.path("notServed").asLong() == 0;
        table.row(
            StatusCommand.text(resource, "name"),
            StatusCommand.text(shadow, "cell"),
            StatusCommand.text(holds, "place"),
            StatusCommand.text(holds, "event"),
            StatusCommand.text(holds, "point"),
            StatusCommand.text(holds, "objects"),
            StatusCommand.text(holds, "notServed"),
            examples(holds.path("examples")));
        table.style(6, all ? Style.PLAIN : Style.WARN);
      }
    }
    if (any) {
      console.line("");
      table.print(console, "");
    }
  }

  private static String examples(JsonNode examples) {
    StringBuilder some = new StringBuilder();
    for (int i = 0; i < Math.min(SHOWN, examples.size()); i++) {
      some.append(i == 0 ? "" : ", ")
          .append(StatusCommand.text(examples.get(i), "path"))
          .append(" (")
          .append(StatusCommand.text(examples.get(i), "reason"))
          .append(')');
    }
    return some.isEmpty() ? "-" : some.toString();
  }
}
