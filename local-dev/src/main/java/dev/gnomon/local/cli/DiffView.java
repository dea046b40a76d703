package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.local.cli.Console.Style;
import java.util.List;

/// A comparison of two points as people read it.
final class DiffView {
  private DiffView() {}

  static JsonNode withoutPaths(JsonNode diff) {
    ObjectNode stat = diff.deepCopy();
    return stat.remove(List.of("added", "removed", "changed", "changes", "truncated"));
  }

  /// @param stat only sums
  static void print(Console console, JsonNode diff, boolean stat) {
    if (!stat) {
      diff.path("changes").forEach(change -> change(console, change));
    }
    long differences = diff.path("differences").asLong();
    if (differences == 0) {
      console.line("equal");
      return;
    }
    String more = !stat && diff.path("truncated").asBoolean() ? ", not all are shown" : "";
    console.line(Amounts.count(differences, "difference", "differences") + more);
    for (String what : List.of("added", "removed", "content", "metadata", "kind")) {
      JsonNode sum = diff.path("stat").path(what);
      if (sum.path("entries").asLong() > 0) {
        console.line("  " + sum(what, sum));
      }
    }
  }

  private static void change(Console console, JsonNode change) {
    String path = change.path("path").asText();
    long before = change.path("bytesBefore").asLong();
    long after = change.path("bytesAfter").asLong();
    switch (change.path("what").asText()) {
      case "added" ->
          console.line(Style.GOOD, "+ " + path + of(change.path("after").asText(), after));
      case "removed" ->
          console.line(Style.BAD, "- " + path + of(change.path("before").asText(), before));
      case "content" ->
          console.line(
              Style.WARN,
              "~ "
                  + path
                  + (change.path("after").asText().equals("symbolic link")
                      ? " (another target)"
                      : " (" + Amounts.bytes(before) + " -> " + Amounts.bytes(after) + ")"));
      case "metadata" -> console.line("m " + path);
      default ->
          console.line(
              Style.WARN,
              "! %s (%s -> %s)"
                  .formatted(path, change.path("before").asText(), change.path("after").asText()));
    }
  }

  private static String of(String kind, long bytes) {
    return kind.equals("file") ? " (" + Amounts.bytes(bytes) + ")" : " (" + kind + ")";
  }

  private static String sum(String what, JsonNode sum) {
    String before = Amounts.bytes(sum.path("bytesBefore").asLong());
    String after = Amounts.bytes(sum.path("bytesAfter").asLong());
    String bytes =
        switch (what) {
          case "added" -> ", " + after;
          case "removed" -> ", " + before;
          case "metadata" -> "";
          default -> ", " + before + " -> " + after;
        };
    return "%-8s  %s%s".formatted(what, sum.path("entries").asText(), bytes);
  }
}
