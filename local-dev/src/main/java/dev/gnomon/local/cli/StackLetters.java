package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Dead letters as a running stack has them.
final class StackLetters implements LetterDesk {
  private final StackApi stack;

  StackLetters(StackApi stack) {
    this.stack = stack;
  }

  @Override
  public JsonNode overview(Filter filter, boolean resolved, Optional<String> behind) {
    Map<String, String> query = new LinkedHashMap<>();
    Optional.ofNullable(filter.type).ifPresent(type -> query.put("type", type));
    Optional.ofNullable(filter.destination).ifPresent(place -> query.put("destination", place));
    if (resolved) {
      query.put("resolved", "true");
    }
    behind.ifPresent(place -> query.put("behind", place));
    return stack
        .deadLetters(query)
        .orElseThrow(() -> Failure.failed("the stack does not know of dead letters"));
  }

  @Override
  public Optional<JsonNode> letter(String key) {
    return stack.deadLetter(key);
  }

  @Override
  public JsonNode replay(String key, String by, boolean again, Optional<String> broker) {
    if (broker.isPresent()) {
      throw Failure.wrongUse("--broker is for --store: a stack has its own");
    }
    ObjectNode wanted = Json.MAPPER.createObjectNode().put("by", by).put("again", again);
    return stack.sayOfLetter(key, "replay", wanted);
  }

  @Override
  public JsonNode drop(String key, String by) {
    return stack.sayOfLetter(key, "drop", Json.MAPPER.createObjectNode().put("by", by));
  }
}
