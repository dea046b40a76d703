package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.events.EventData;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.local.cli.Console.Style;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Sends a rollback request, learns its id, waits for its end if asked to, and shows what it did.
final class RollbackRun {
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final String[] FIELDS = {
    "resource", "epochBefore", "epochAfter", "point", "state"
  };

  private final Gnomon top;
  private final StackApi api;

  RollbackRun(Gnomon top) {
    this.top = top;
    this.api = StackApi.of(top.options.data());
  }

  StackApi api() {
    return api;
  }

  /// Shows what would be done.
  int plan(RollbackRequested request) {
    JsonNode plan = api.plan(EventJson.MAPPER.valueToTree(request).toString());
    boolean possible = plan.path("possible").asBoolean();
    if (top.console.json()) {
      top.console.value(plan);
      return possible ? 0 : Failure.FAILED;
    }
    if (!possible) {
      throw Failure.failed(plan.path("reason").asText("it is not possible"));
    }
    PlanView.print(top.console, plan);
    return 0;
  }

  /// @param wait whether to wait for the end of the rollback, not only for its id
  /// @return the exit code
  int run(EventData request, boolean wait) {
    long start = System.nanoTime();
    Event event = EventSender.of(top.options.data()).send(request);
    JsonNode answer =
        Waiting.until(wait ? top.options.timeout() : ANSWER, () -> api.request(event.id()))
            .orElseThrow(() ->
                Failure.timedOut(
                    "the request was sent (event %s), but there is no answer yet: see 'gnomon status'"
                        .formatted(event.id())));
    UpdateCommand.refuse(answer);
    if (!answer.hasNonNull("rollback")) {
      throw Failure.failed(answer.path("reason").asText("nothing was there to roll back"));
    }
    String id = answer.path("rollback").asText();
    if (!wait) {
      show(id, api.rollback(id), start);
      return 0;
    }
    AtomicReference<Optional<JsonNode>> last = new AtomicReference<>(Optional.empty());
    Optional<JsonNode> ended = Waiting.until(left(start), () -> ended(id, last, start));
    top.console.progress("");
    show(id, ended.or(last::get), start);
    if (ended.isEmpty()) {
      top.console.hint("gnomon: rollback %s has not ended yet; it goes on".formatted(id));
      return Failure.TIMED_OUT;
    }
    return state(ended.get()).equals("SERVING") ? 0 : Failure.FAILED;
  }

  private Duration left(long start) {
    Duration spent = Duration.ofNanos(System.nanoTime() - start);
    Duration left = top.options.timeout().minus(spent);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Optional<JsonNode> ended(
      String id, AtomicReference<Optional<JsonNode>> last, long start) {
    Optional<JsonNode> found = api.rollback(id);
    if (found.isPresent()) {
      last.set(found);
      top.console.progress(
          "rollback %s: %s (%s)".formatted(id, steps(found.get()), Waiting.since(start)));
    }
    return found.filter(rollback -> !state(rollback).equals("RUNNING"));
  }

  private static String steps(JsonNode rollback) {
    StringBuilder text = new StringBuilder();
    for (JsonNode resource : rollback.path("resources")) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(resource.path("resource").asText())
          .append(' ')
          .append(resource.path("step").asText());
    }
    return text.toString();
  }

  private void show(String id, Optional<JsonNode> found, long start) {
    if (top.console.json()) {
      top.console.value(json(id, found));
      return;
    }
    String state = found.map(RollbackRun::state).orElse("RUNNING");
    Style style =
        switch (state) {
          case "SERVING" -> Style.GOOD;
          case "RUNNING" -> Style.PLAIN;
          default -> Style.BAD;
        };
    top.console.line(
        style,
        "rollback %s: %s (%s)"
            .formatted(id, state.toLowerCase(java.util.Locale.ROOT), Waiting.since(start)));
    if (found.isPresent()) {
      resources(found.get());
    }
  }

  private void resources(JsonNode rollback) {
    Table table = new Table("RESOURCE", "EPOCHS", "POINT", "STATE", "STEP", "UNDO", "REASON");
    for (JsonNode resource : rollback.path("resources")) {
      table.row(
          StatusCommand.text(resource, "resource"),
          StatusCommand.text(resource, "epochBefore")
              + " -> "
              + StatusCommand.text(resource, "epochAfter"),
          StatusCommand.text(resource, "point"),
          StatusCommand.text(resource, "state"),
          StatusCommand.text(resource, "step"),
          StatusCommand.text(resource, "undo"),
          StatusCommand.text(resource, "reason"));
    }
    table.print(top.console, "  ");
  }

  /// The agreed form: {rollback, resources: [{resource, epochBefore, epochAfter, point, state}]};
  /// what is not known yet is null.
  private static ObjectNode json(String id, Optional<JsonNode> found) {
    ObjectNode result = Json.MAPPER.createObjectNode();
    result.put("rollback", id);
    ArrayNode resources = result.putArray("resources");
    for (JsonNode resource :
        found.map(node -> node.path("resources")).orElse(NullNode.getInstance())) {
      ObjectNode shown = resources.addObject();
      for (String field : FIELDS) {
        JsonNode value = resource.path(field);
        shown.set(field, value.isMissingNode() ? NullNode.getInstance() : value);
      }
    }
    return result;
  }

  private static String state(JsonNode rollback) {
    return rollback.path("state").asText();
  }
}
