package dev.gnomon.local.cli;

import static dev.gnomon.local.cli.StatusCommand.age;
import static dev.gnomon.local.cli.StatusCommand.lower;
import static dev.gnomon.local.cli.StatusCommand.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Console.Style;
import java.time.Instant;

/// Notices for people.
final class NoticesView {
  private static final int SHOWN_IN_STATUS = 5;

  private NoticesView() {}

  /// `{open, dead}`.
  static ObjectNode counted(JsonNode overview) {
    ObjectNode counted = Json.MAPPER.createObjectNode();
    counted.put("open", overview.path("open").asLong());
    counted.put("dead", overview.path("dead").asLong());
    return counted;
  }

  /// Nothing, unless people were not told something.
  static void status(Console console, JsonNode overview, Instant now) {
    long dead = overview.path("dead").asLong();
    if (dead == 0) {
      return;
    }
    console.line("");
    console.line(Style.BAD, Amounts.count(dead, "notice was", "notices were") + " not delivered:");
    table(console, overview, now, SHOWN_IN_STATUS, "  ");
    console.line(
        Style.FAINT, "All of them: 'gnomon notices list'. Again: 'gnomon notices replay --all'");
  }

  static void list(Console console, JsonNode overview, Instant now) {
    long open = overview.path("open").asLong();
    if (open > 0) {
      console.line(Amounts.count(open, "notice is", "notices are") + " on the way");
    }
    long dead = overview.path("dead").asLong();
    if (dead == 0) {
      console.line("no notice is undelivered");
      return;
    }
    table(console, overview, now, Integer.MAX_VALUE, "");
    long shown = overview.path("letters").size();
    if (dead > shown) {
      console.line(Style.FAINT, "... of " + dead + " in all");
    }
  }

  private static void table(
      Console console, JsonNode overview, Instant now, int most, String indent) {
    Table table = new Table("NOTICE", "TARGET", "SEVERITY", "SINCE", "ROUNDS", "TITLE", "REASON");
    int shown = 0;
    for (JsonNode letter : overview.path("letters")) {
      if (++shown > most) {
        break;
      }
      table.row(
          text(letter, "notice"),
          text(letter, "target"),
          lower(letter, "severity"),
          age(letter, now),
          text(letter, "rounds"),
          text(letter, "title"),
          text(letter, "reason"));
    }
    table.print(console, indent);
  }

  static void show(Console console, JsonNode view, Instant now) {
    JsonNode notice = view.path("notice");
    console.line(text(notice, "title"));
    console.line(
        "%s, %s, %s, %s"
            .formatted(
                text(notice, "kind"),
                lower(notice, "severity"),
                text(notice, "time"),
                text(notice, "episode")));
    console.line("");
    console.line(text(notice, "text"));
    console.line("");
    Table table = new Table("TARGET", "STATE", "SINCE", "ROUNDS", "ATTEMPTS", "NEXT", "REASON");
    for (JsonNode target : view.path("targets")) {
      String state = text(target, "state");
      table.row(
          text(target, "target"),
          state,
          age(target, now),
          text(target, "rounds"),
          text(target, "attempts"),
          text(target, "notBefore"),
          text(target, "reason"));
      table.style(
          1,
          switch (state) {
            case "sent", "skipped" -> Style.GOOD;
            case "dead" -> Style.BAD;
            default -> Style.WARN;
          });
    }
    table.print(console, "");
    for (JsonNode target : view.path("targets")) {
      if (target.has("body")) {
        console.line("");
        console.line(Style.FAINT, "what " + text(target, "target") + " was sent:");
        console.line(text(target, "body"));
      }
    }
  }
}
