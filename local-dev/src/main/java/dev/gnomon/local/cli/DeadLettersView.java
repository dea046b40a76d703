package dev.gnomon.local.cli;

import static dev.gnomon.local.cli.StatusCommand.age;
import static dev.gnomon.local.cli.StatusCommand.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Console.Style;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/// Dead letters for people.
final class DeadLettersView {
  /// Of one list.
  static final int MAX_LISTED = 1000;

  private static final int SHOWN_IN_STATUS = 5;

  private DeadLettersView() {}

  /// The last page with the letters of all pages.
  static ObjectNode json(JsonNode page, List<JsonNode> lines) {
    ObjectNode whole = page.deepCopy();
    whole.putArray("letters").addAll(lines);
    return whole;
  }

  /// Nothing, unless there are letters.
  static void status(Console console, JsonNode overview, Instant now) {
    long unresolved = overview.path("unresolved").asLong();
    if (unresolved > 0) {
      console.line("");
      console.line(Style.BAD, Amounts.count(unresolved, "event was", "events were") + " given up:");
      int shown = 0;
      Table table = table();
      for (JsonNode letter : overview.path("letters")) {
        if (++shown <= SHOWN_IN_STATUS) {
          row(table, letter, now);
        }
      }
      table.print(console, "  ");
      console.line(
          Style.FAINT,
          "All of them: 'gnomon deadletters list'. Again: 'gnomon deadletters replay --all'");
    }
    beyond(console, overview);
  }

  static void list(
      Console console, JsonNode overview, List<JsonNode> lines, boolean more, Instant now) {
    if (lines.isEmpty()) {
      console.line("no dead letter waits for anybody");
    } else {
      Table table = table();
      lines.forEach(line -> row(table, line, now));
      table.print(console, "");
    }
    if (more) {
      console.line(
          Style.FAINT,
          "... of %d that nobody has seen to".formatted(overview.path("unresolved").asLong()));
    }
    beyond(console, overview);
  }

  private static void beyond(Console console, JsonNode overview) {
    long beyond = overview.path("beyond").asLong();
    if (beyond > 0) {
      console.line(
          Style.BAD,
          "at least %d more came when there was no room and were only counted".formatted(beyond));
    }
  }

  private static Table table() {
    return new Table(
        "LETTER", "STATE", "TYPE", "EVENT", "DESTINATION", "SINCE", "DEATHS", "REASON");
  }

  private static void row(Table table, JsonNode letter, Instant now) {
    String state = text(letter, "state");
    String code = letter.has("code") ? letter.path("code").asText() : "";
    String said = text(letter, "reason");
    String reason = Http.Answer.detail(said).orElse(said);
    table.row(
        text(letter, "letter"),
        state,
        text(letter, "type"),
        text(letter, "id"),
        path(text(letter, "destination")),
        age(letter, now),
        text(letter, "deaths"),
        code.isEmpty() ? reason : code + ": " + reason);
  }

  /// What tells subscribers apart.
  private static String path(String destination) {
    int host = destination.indexOf("://");
    int slash = host < 0 ? -1 : destination.indexOf('/', host + 3);
    return slash < 0 ? destination : destination.substring(slash);
  }

  static void show(Console console, JsonNode view, Instant now) {
    JsonNode letter = view.path("letter");
    console.line(Style.STRONG, text(letter, "type") + " " + text(letter, "id"));
    console.line("source       " + text(letter, "source"));
    console.line("subject      " + text(letter, "subject"));
    console.line("destination  " + text(letter, "destination"));
    console.line("state        " + text(letter, "state"));
    console.line("given up     %s, %s times".formatted(age(letter, now), text(letter, "deaths")));
    console.line("last answer  " + text(letter, "code"));
    console.line("reason       " + text(letter, "reason"));
    if (view.has("unreadable")) {
      console.line(
          Style.WARN, "it can't be sent again: it is no event: " + text(view, "unreadable"));
    }
    if (!view.path("steps").isEmpty()) {
      console.line("");
      Table table = new Table("STEP", "SINCE", "BY", "REASON");
      for (JsonNode step : view.path("steps")) {
        table.row(
            StatusCommand.lower(step, "kind"),
            age(step, now),
            text(step, "by"),
            text(step, "reason"));
      }
      table.print(console, "");
    }
    console.line("");
    for (String line : (Iterable<String>) event(text(view, "event")).lines()::iterator) {
      console.line(line);
    }
  }

  /// Data that is text as text.
  private static String event(String stored) {
    try {
      JsonNode event = Json.MAPPER.readTree(stored);
      if (event instanceof ObjectNode object && object.path("data_base64").isTextual()) {
        byte[] data = Base64.getDecoder().decode(object.path("data_base64").asText());
        String text = new String(data, UTF_8);
        if (java.util.Arrays.equals(text.getBytes(UTF_8), data)) {
          object.remove("data_base64");
          object.set("data", parsed(text));
        }
      }
      return event.toPrettyString();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return stored;
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return Json.MAPPER.getNodeFactory().textNode(text);
    }
  }
}
