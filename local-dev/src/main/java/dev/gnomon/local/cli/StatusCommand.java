package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.local.cli.Console.Style;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `status`: resources, routes with epochs, shadows, updates, rollbacks, what is paused.
@Command(
    name = "status",
    description = "Shows resources, routes with epochs, shadows, updates, rollbacks.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Runnable {
  private static final int SHOWN = 20;

  private final Gnomon top;

  StatusCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    StackApi stack = StackApi.of(top.options.data());
    JsonNode status = stack.status();
    JsonNode letters = stack.deadLetters(Map.of()).orElse(MissingNode.getInstance());
    JsonNode notices = stack.notices(Optional.empty()).orElse(MissingNode.getInstance());
    if (top.console.json()) {
      if (status instanceof ObjectNode whole) {
        whole.set("deadLetters", letters.isObject() ? letters : whole.objectNode());
        whole.set("notices", NoticesView.counted(notices));
      }
      top.console.value(status);
    } else {
      Instant now = Instant.now();
      print(top.console, status, now);
      NoticesView.status(top.console, notices, now);
      DeadLettersView.status(top.console, letters, now);
    }
  }

  static void print(Console console, JsonNode status, Instant now) {
    if (status.path("paused").asBoolean()) {
      console.line(Style.WARN, "PAUSED: no automatic action ('gnomon resume' lets it go on)");
    } else {
      console.line("automatic action: on");
    }
    JsonNode resources = status.path("resources");
    if (resources.isEmpty()) {
      console.line("no resources");
      return;
    }
    console.line("");
    resources(console, resources);
    console.line("");
    shadows(console, resources, now);
    FollowView.print(console, resources, now);
    ServedView.print(console, resources);
    updates(console, status.path("updates"), now);
    rollbacks(console, status.path("rollbacks"), now);
    decisions(console, status.path("decisions"), now);
  }

  private static void resources(Console console, JsonNode resources) {
    Table table =
        new Table(
            "RESOURCE",
            "STATE",
            "EPOCH",
            "PRIMARY",
            "FENCED",
            "PRIORITY",
            "AUTOMATION",
            "ROLLBACK");
    for (JsonNode resource : resources) {
      JsonNode route = resource.path("route");
      String state = text(route, "state");
      table.row(
          text(resource, "name"),
          state,
          text(route, "epoch"),
          route.has("primary")
              ? place(route.path("primary"))
              : text(resource, "cell") + ":" + text(resource, "location"),
          lower(route, "fenced"),
          lower(resource, "priority"),
          lower(resource, "automation"),
          resource.has("runningRollback")
              ? "running: " + text(resource, "runningRollback")
              : lower(resource, "rollback"));
      table.style(1, state.equals("SERVING") ? Style.GOOD : Style.WARN);
    }
    table.print(console, "");
  }

  private static void shadows(Console console, JsonNode resources, Instant now) {
    Table table =
        new Table("SHADOW OF", "CELL", "TYPE", "EVERY", "POINTS", "LAST", "TAKEN", "FILES", "SIZE");
    for (JsonNode resource : resources) {
      for (JsonNode shadow : resource.path("shadows")) {
        JsonNode last = shadow.path("last");
        boolean held = last.path("held").asBoolean();
        table.row(
            text(resource, "name"),
            text(shadow, "cell"),
            lower(shadow, "type"),
            every(shadow),
            text(shadow, "points"),
            text(last, "point") + (held ? " HELD" : ""),
            age(last, now),
            text(last, "files"),
            last.has("bytes") ? Amounts.bytes(last.path("bytes").asLong()) : "-");
        table.style(5, held ? Style.WARN : Style.PLAIN);
      }
    }
    table.print(console, "");
  }

  private static void updates(Console console, JsonNode updates, Instant now) {
    if (updates.isEmpty()) {
      return;
    }
    console.line("");
    Table table = new Table("UPDATE", "STATE", "SINCE", "RESOURCES", "REASON");
    int shown = 0;
    for (JsonNode update : updates) {
      if (++shown > SHOWN) {
        break;
      }
      String state = text(update, "state");
      table.row(
          text(update, "update"),
          state,
          age(update, now),
          list(update.path("resources")),
          text(update, "reason"));
      table.style(1, colour(state));
    }
    table.print(console, "");
    more(console, updates.size());
  }

  private static void rollbacks(Console console, JsonNode rollbacks, Instant now) {
    if (rollbacks.isEmpty()) {
      return;
    }
    console.line("");
    Table table =
        new Table(
            "ROLLBACK", "RESOURCE", "STATE", "STEP", "MODE", "POINT", "EPOCHS", "SINCE", "REASON");
    int shown = 0;
    for (JsonNode rollback : rollbacks) {
      if (++shown > SHOWN) {
        break;
      }
      String state = text(rollback, "state");
      table.row(
          text(rollback, "rollback"),
          text(rollback, "resource"),
          state,
          text(rollback, "step"),
          lower(rollback, "mode"),
          text(rollback, "point"),
          text(rollback, "epochBefore") + " -> " + text(rollback, "epochAfter"),
          age(rollback, now),
          text(rollback, "reason"));
      table.style(2, colour(state));
    }
    table.print(console, "");
    more(console, rollbacks.size());
  }

  /// What automation made of what it was told, newest first.
  private static void decisions(Console console, JsonNode decisions, Instant now) {
    if (decisions.isEmpty()) {
      return;
    }
    console.line("");
    Table table = new Table("DECISION", "ID", "RESOURCE", "SINCE", "TRIGGER", "WHY", "ROLLBACK");
    int shown = 0;
    for (JsonNode decision : decisions) {
      if (++shown > SHOWN) {
        break;
      }
      table.row(
          lower(decision, "action"),
          text(decision, "id"),
          text(decision, "resource"),
          age(decision, now),
          text(decision, "trigger"),
          text(decision, "reason"),
          text(decision, "rollback"));
    }
    table.print(console, "");
    more(console, decisions.size());
  }

  private static void more(Console console, int all) {
    if (all > SHOWN) {
      console.line(Style.FAINT, "... and " + (all - SHOWN) + " more; --json shows all");
    }
  }

  private static Style colour(String state) {
    return switch (state) {
      case "READY", "COMPLETED", "SERVING" -> Style.GOOD;
      case "BLOCKED", "FAILED" -> Style.BAD;
      default -> Style.WARN;
    };
  }

  private static String place(JsonNode location) {
    return text(location, "cell") + ":" + text(location, "path");
  }

  private static String list(JsonNode names) {
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append(text.isEmpty() ? "" : ", ").append(name.asText()));
    return text.toString();
  }

  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() ? "-" : value.asText();
  }

  static String lower(JsonNode node, String field) {
    return text(node, field).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// As it is written in the catalogue, such as `15m`.
  private static String every(JsonNode shadow) {
    String every = text(shadow, "every");
    String shown;
    try {
      shown =
          every.equals("-")
              ? every
              : Duration.parse(every).toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    } catch (DateTimeException e) {
      shown = every; // not a duration that we know: shown as it is
    }
    return FollowView.isFollowed(shadow) && !shown.equals("-")
        ? shown + ", continuous"
        : FollowView.isFollowed(shadow) ? "continuous" : shown;
  }

  static String age(JsonNode node, Instant now) {
    String time = text(node, "time");
    try {
      return time.equals("-") ? time : Amounts.age(Instant.parse(time), now);
    } catch (DateTimeException e) {
      return time; // not a time that we know: shown as it is
    }
  }
}
