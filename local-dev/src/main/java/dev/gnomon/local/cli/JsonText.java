package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;

/// Shows any JSON value to people: a field a line, indented.
final class JsonText {
  private static final int MAX_LIST = 50;

  private JsonText() {}

  static void print(Console console, JsonNode node, String indent) {
    if (node.isObject()) {
      node.properties().forEach(field -> field(console, field.getKey(), field.getValue(), indent));
    } else if (node.isArray()) {
      int shown = 0;
      for (JsonNode item : node) {
        if (++shown > MAX_LIST) {
          console.line(indent + "... and " + (node.size() - MAX_LIST) + " more");
          return;
        }
        if (item.isValueNode()) {
          console.line(indent + "- " + item.asText());
        } else {
          console.line(indent + "-");
          print(console, item, indent + "  ");
        }
      }
    } else {
      console.line(indent + node.asText());
    }
  }

  private static void field(Console console, String name, JsonNode value, String indent) {
    if (value.isValueNode()) {
      console.ready(
          indent
              + console.styled(Style.FAINT, name + ":")
              + " "
              + console.styled(Style.PLAIN, value.asText()));
    } else if (!value.isEmpty()) {
      console.ready(indent + console.styled(Style.FAINT, name + ":"));
      print(console, value, indent + "  ");
    }
  }
}
