package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `emit`: any CloudEvent. Gnomon's own are checked against their schema first.
@Command(
    name = "emit",
    description = "Sends any CloudEvent to the stack; Gnomon's own are checked first.",
    mixinStandardHelpOptions = true)
final class EmitCommand implements Runnable {
  private static final int MAX_BODY = 1 << 20;

  private final Gnomon top;

  @Parameters(
      paramLabel = "TYPE",
      description = "Such as update-requested, short for dev.gnomon.update-requested.v1.")
  private String type = "";

  @Option(
      names = "--body",
      required = true,
      paramLabel = "JSON|@FILE",
      description = "The data: JSON, @FILE that holds it, or @- for standard input.")
  private String body = "";

  @Option(names = "--id", paramLabel = "ID", description = "Id of the event (default: a new one).")
  private @Nullable String id;

  @Option(names = "--subject", paramLabel = "S", description = "What the event is about.")
  private @Nullable String subject;

  @Option(names = "--dry-run", description = "Prints the event and sends nothing.")
  private boolean dryRun;

  EmitCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    Event event = event();
    if (!dryRun) {
      EventSender.of(top.options.data()).send(event);
    }
    if (dryRun || top.console.json()) {
      top.console.value(event.structured());
    } else {
      top.console.line("sent %s, id %s".formatted(event.type(), event.id()));
    }
  }

  private Event event() {
    String name = fullType();
    JsonNode data = tree(text());
    EventTypes.find(name).ifPresent(known -> check(known, data));
    Optional<String> about =
        Optional.ofNullable(subject)
            .or(() -> field(data, "resource"))
            .or(() -> field(data, "updateId"));
    SortedMap<String, String> extensions = new TreeMap<>();
    about.ifPresent(value -> extensions.put("partitionkey", value));
    Event.traceparent().ifPresent(parent -> extensions.put("traceparent", parent));
    return new Event(
        id == null ? UUID.randomUUID().toString() : id,
        name,
        about,
        Instant.now(),
        Map.copyOf(extensions),
        data);
  }

  private String fullType() {
    for (String candidate : List.of(type, "dev.gnomon." + type, "dev.gnomon." + type + ".v1")) {
      if (EventTypes.find(candidate).isPresent()) {
        return candidate;
      }
    }
    if (type.isBlank() || type.indexOf('.') < 0) {
      throw Failure.wrongUse("unknown type '%s', known: %s".formatted(type, known()));
    }
    if (type.startsWith("dev.gnomon.")) {
      throw Failure.wrongUse("unknown type '%s', known: %s".formatted(type, known()));
    }
    return type;
  }

  private static String known() {
    return String.join(
        ", ",
        EventTypes.all().stream().map(known -> known.name().replaceAll("\\.v1$", "")).toList());
  }

  private String text() {
    if (!body.startsWith("@")) {
      return body;
    }
    String file = body.substring(1);
    try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MAX_BODY + 1);
      if (bytes.length > MAX_BODY) {
        throw Failure.wrongUse("--body has more than %d bytes".formatted(MAX_BODY));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException e) {
      throw Failure.wrongUse("--body: '%s' can't be read: %s".formatted(file, e));
    }
  }

  private static JsonNode tree(String text) {
    try {
      JsonNode tree = Json.MAPPER.readTree(text);
      if (tree.isMissingNode()) {
        throw Failure.wrongUse("--body is empty, expected JSON");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw Failure.wrongUse("--body is not JSON: " + e.getOriginalMessage());
    }
  }

  private static void check(EventTypes.EventType known, JsonNode data) {
    List<EventSchemas.Violation> violations = new EventSchemas().check(known, data.toString());
    if (!violations.isEmpty()) {
      throw Failure.wrongUse(
          "--body is no %s: %s"
              .formatted(
                  known.name(),
                  String.join("; ", violations.stream().map(Object::toString).toList())));
    }
  }

  private static Optional<String> field(JsonNode data, String name) {
    return data.path(name).isTextual() ? Optional.of(data.path(name).asText()) : Optional.empty();
  }
}
