package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.events.By;
import dev.gnomon.events.EventData;
import dev.gnomon.events.UpdateCompleted;
import dev.gnomon.events.UpdateFailed;
import dev.gnomon.events.UpdateHeartbeat;
import dev.gnomon.events.UpdateRequested;
import dev.gnomon.local.cli.Console.Style;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `update begin | complete | fail | heartbeat`.
@Command(
    name = "update",
    description = "Announces an update and says how it went.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(begin | complete | fail | heartbeat)")
final class UpdateCommand implements Runnable {
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration SHORTEST_HEARTBEAT = Duration.ofSeconds(1);

  private final Gnomon top;

  UpdateCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which of begin, complete, fail, heartbeat?");
  }

  @Command(
      name = "begin",
      description = "Announces an update: shadows of all that it touches are taken first.",
      mixinStandardHelpOptions = true)
  int begin(
      @Parameters(paramLabel = "ID") String id,
      @Option(
              names = "--resource",
              required = true,
              split = ",",
              paramLabel = "NAME",
              description = "What is changed; may be given several times.")
          List<String> resources,
      @Option(
              names = "--heartbeat",
              paramLabel = "DURATION",
              converter = Options.DurationConverter.class,
              description = "Heartbeats will come this often; three missed ones mean it is lost.")
          @Nullable Duration heartbeat,
      @Option(names = "--reason", paramLabel = "TEXT", description = "For people.")
          @Nullable String reason,
      @Option(names = "--wait", description = "Waits until update-ready or update-blocked.")
          boolean wait) {
    List<String> names = List.copyOf(new LinkedHashSet<>(resources));
    checked(id);
    names.forEach(name -> Names.checked(name, ResourceName::new));
    if (heartbeat != null && heartbeat.compareTo(SHORTEST_HEARTBEAT) < 0) {
      throw Failure.wrongUse("--heartbeat must be at least 1s");
    }
    UpdateRequested request =
        new UpdateRequested(id, names, Optional.ofNullable(heartbeat), Optional.ofNullable(reason));
    StackApi api = StackApi.of(top.options.data());
    Names.known(api, names);
    Event event = EventSender.of(top.options.data()).send(request);
    Duration patience = wait ? top.options.timeout() : ANSWER;
    Optional<JsonNode> update = Waiting.until(patience, () -> answered(api, event, request, wait));
    if (update.isEmpty() && wait) {
      throw Failure.timedOut("update %s is not ready yet; it goes on".formatted(id));
    }
    return report(top.console, id, update);
  }

  @Command(name = "complete", description = "The change is done.", mixinStandardHelpOptions = true)
  void complete(@Parameters(paramLabel = "ID") String id) {
    say(id, "completed", new UpdateCompleted(checked(id)));
  }

  @Command(
      name = "fail",
      description = "The change went wrong: what onFail says is done, as by command.",
      mixinStandardHelpOptions = true)
  void fail(
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--reason", paramLabel = "TEXT", description = "For people.")
          @Nullable String reason) {
    say(id, "failed", new UpdateFailed(checked(id), Optional.ofNullable(reason), By.PERSON));
  }

  @Command(
      name = "heartbeat",
      description = "The update is still alive.",
      mixinStandardHelpOptions = true)
  void heartbeat(@Parameters(paramLabel = "ID") String id) {
    say(id, "heartbeat", new UpdateHeartbeat(checked(id)));
  }

  private static String checked(String id) {
    return Names.checked(id, UpdateId::new);
  }

  private void say(String id, String what, EventData data) {
    StackApi api = StackApi.of(top.options.data());
    if (api.update(id).isEmpty()) {
      throw Failure.failed("there is no update '%s': begin it first".formatted(id));
    }
    Event event = EventSender.of(top.options.data()).send(data);
    Waiting.until(ANSWER, () -> api.request(event.id()))
        .ifPresentOrElse(
            UpdateCommand::refuse,
            () -> {
              throw Failure.timedOut(
                  "event %s for update %s was taken, but it is not answered yet"
                      .formatted(event.id(), id));
            });
    if (top.console.json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("update", id);
      result.put("sent", what);
      result.put("event", event.id());
      top.console.value(result);
    }
    top.console.line("update %s: %s".formatted(id, what));
  }

  /// What is known of the update, once the request was taken (or, if waited for, carried out).
  private static Optional<JsonNode> answered(
      StackApi api, Event event, UpdateRequested request, boolean wait) {
    Optional<JsonNode> answer = api.request(event.id());
    answer.ifPresent(UpdateCommand::refuse);
    // An update of this id may be there from an announcement with other content.
    return answer
        .flatMap(taken -> api.update(request.updateId()))
        .filter(update -> covers(update, request))
        .filter(update -> !wait || !update.path("state").asText().equals("REQUESTED"));
  }

  static void refuse(JsonNode answer) {
    if (answer.path("outcome").asText().equalsIgnoreCase("refused")) {
      throw Failure.failed(answer.path("reason").asText("the request was refused"));
    }
  }

  private static boolean covers(JsonNode update, UpdateRequested request) {
    Set<String> covered = new HashSet<>();
    update.path("resources").forEach(resource -> covered.add(resource.asText()));
    return covered.containsAll(request.resources());
  }

  private static int report(Console console, String id, Optional<JsonNode> update) {
    if (update.isEmpty()) {
      if (console.json()) {
        console.value(Map.of("update", id, "state", "SENT"));
      }
      console.line("update %s: sent; the stack has not answered yet".formatted(id));
      return 0;
    }
    JsonNode found = update.get();
    String state = found.path("state").asText();
    boolean bad = state.equals("BLOCKED") || state.equals("FAILED");
    if (console.json()) {
      console.value(found);
    }
    console.line(
        bad ? Style.BAD : Style.GOOD,
        "update %s: %s".formatted(id, state.toLowerCase(java.util.Locale.ROOT))
            + (found.hasNonNull("reason") ? ": " + found.path("reason").asText() : ""));
    for (JsonNode point : found.path("points")) {
      console.line(
          "  %s in %s: %s"
              .formatted(
                  StatusCommand.text(point, "resource"),
                  StatusCommand.text(point, "cell"),
                  StatusCommand.text(point, "point")));
    }
    return bad ? Failure.FAILED : 0;
  }
}
