package dev.gnomon.yaml;

import dev.gnomon.yaml.Problems.Place;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns YAML 1.2 text into a JSON tree and notes where each value stands. Safe against hostile
/// text: its size, its depth and the size of the tree after aliases are resolved are limited; no
/// types are built from tags. A key whose value is empty counts as absent.
final class YamlDocument {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 30;
  private static final int MAX_ALIASES = 1000;
  private static final int MAX_NODES = 50_000;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Problems problems;
  private int nodes;

  private YamlDocument(Problems problems) {
    this.problems = problems;
  }

  /// @return empty if the text can't be used; `problems` says why
  static Optional<JsonNode> parse(String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setUseMarks(true)
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .build();
    try {
      if (tooDeep(text, settings, problems)) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        problems.errorAt(new Place(1, 1), "expected a catalogue with cells, found nothing");
        return Optional.empty();
      }
      return Optional.of(new YamlDocument(problems).tree(root.get(), "", 0));
    } catch (MarkedYamlEngineException e) {
      problems.errorAt(e.getProblemMark().map(YamlDocument::place).orElse(Place.FILE), reason(e));
    } catch (TooLargeException | YamlEngineException e) {
      problems.errorAt(Place.FILE, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private static boolean tooDeep(String text, LoadSettings settings, Problems problems) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias, Comment, DocumentEnd, DocumentStart, Scalar, StreamEnd, StreamStart -> {}
      }
      if (depth > MAX_DEPTH) {
        Place place = event.getStartMark().map(YamlDocument::place).orElse(Place.FILE);
        problems.errorAt(place, "expected at most " + MAX_DEPTH + " levels, found more");
        return true;
      }
    }
    return false;
  }

  private JsonNode tree(Node node, String pointer, int depth) {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new TooLargeException(
          "expected at most " + MAX_NODES + " values with all aliases resolved, found more");
    }
    problems.valueAt(pointer, node.getStartMark().map(YamlDocument::place).orElse(Place.FILE));
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, pointer);
      case SequenceNode sequence -> {
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
          array.add(tree(item, pointer + "/" + array.size(), depth + 1));
        }
        yield array;
      }
      case MappingNode mapping -> object(mapping, pointer, depth);
      default -> throw new TooLargeException("unexpected kind of node");
    };
  }

  private ObjectNode object(MappingNode mapping, String pointer, int depth) {
    ObjectNode object = JSON.objectNode();
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      Place place = entry.getKeyNode().getStartMark().map(YamlDocument::place).orElse(Place.FILE);
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        problems.errorAt(place, "expected a plain key, found a list or a mapping as key");
        continue;
      }
      String name = key.getValue();
      String child = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
      if (!seen.add(name)) {
        problems.errorAt(
            place,
            "the key '%s' stands here a second time; the first is in line %d"
                .formatted(name, problems.lineOf(child)));
        continue;
      }
      problems.keyAt(child, place);
      JsonNode value = tree(entry.getValueNode(), child, depth + 1);
      if (!value.isNull()) {
        object.set(name, value);
      }
    }
    return object;
  }

  private JsonNode scalar(ScalarNode scalar, String pointer) {
    Tag tag = scalar.getTag();
    String text = scalar.getValue();
    if (tag.equals(Tag.STR)) {
      return JSON.stringNode(text);
    } else if (tag.equals(Tag.NULL)) {
      return JSON.nullNode();
    } else if (tag.equals(Tag.BOOL)) {
      return JSON.booleanNode(Boolean.parseBoolean(text));
    } else if (tag.equals(Tag.INT) && text.matches("[-+]?[0-9]{1,18}")) {
      return JSON.numberNode(Long.parseLong(text));
    } else if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return text.matches("[-+]?[0-9.]{1,18}")
          ? JSON.numberNode(Double.parseDouble(text))
          : JSON.stringNode(text);
    }
    problems.error(pointer, "expected a plain value, found the tag " + tag);
    return JSON.nullNode();
  }

  private static String reason(MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem());
    String context = e.getContext() == null ? "" : e.getContext() + ": ";
    return "not YAML: " + context + problem;
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
      super(message);
    }
  }
}
