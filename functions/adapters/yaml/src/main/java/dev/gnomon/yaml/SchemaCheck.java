package dev.gnomon.yaml;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/// Checks the structure of a catalogue against gnomon.schema.json and says in sentences what is
/// wrong.
final class SchemaCheck {
  static final String RESOURCE = "/gnomon.schema.json";
  private static final int MAX_SHOWN = 80;

  private SchemaCheck() {}

  static void check(JsonNode catalogue, Problems problems) {
    check(catalogue, problems, RESOURCE);
  }

  /// @param resource the schema of another file
  static void check(JsonNode file, Problems problems, String resource) {
    Schema schema = schema(resource);
    for (Error error : schema.validate(file)) {
      report(error, schema.getSchemaNode(), problems);
    }
  }

  private static Schema schema(String resource) {
    try (InputStream in =
        Objects.requireNonNull(SchemaCheck.class.getResourceAsStream(resource), resource)) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void report(Error error, JsonNode schema, Problems problems) {
    if (error.getEvaluationPath().toString().contains("/oneOf/")) {
      return;
    }
    String pointer = pointer(error.getInstanceLocation());
    JsonNode rule = rule(error, schema);
    String property = String.valueOf(error.getProperty());
    switch (error.getKeyword()) {
      case "additionalProperties" ->
          problems.keyError(pointer + "/" + escaped(property), unknownKey(property, rule));
      case "required" -> problems.error(pointer, "expected the key '" + property + "', found none");
      case "oneOf" ->
          problems.error(pointer, rule.path("$comment").asString("") + ", found " + keys(error));
      case "enum" -> problems.error(pointer, choice(error, rule));
      case "maxItems" ->
          problems.error(
              pointer, "expected at most " + rule.path("maxItems") + " entries, found more");
      default ->
          problems.error(
              pointer,
              "expected "
                  + rule.path("title").asString("something else")
                  + ", found "
                  // Whoever wrote a secret where its address belongs must not read it in a log.
                  + (rule.path("writeOnly").asBoolean(false)
                      ? "something else"
                      : shown(error.getInstanceNode())));
    }
  }

  /// The part of the schema whose keyword failed.
  private static JsonNode rule(Error error, JsonNode schema) {
    String fragment = String.valueOf(error.getSchemaLocation().getFragment());
    String parent = fragment.substring(0, Math.max(0, fragment.lastIndexOf('/')));
    return schema.at(parent.startsWith("/") || parent.isEmpty() ? parent : "/" + parent);
  }

  private static String choice(Error error, JsonNode rule) {
    JsonNode actual = error.getInstanceNode();
    List<String> allowed = new ArrayList<>();
    rule.path("enum").forEach(value -> allowed.add(value.asString()));
    return "expected " + String.join(" | ", allowed) + ", found " + shown(actual);
  }

  private static String unknownKey(String key, JsonNode rule) {
    List<String> known = new ArrayList<>(rule.path("properties").propertyNames());
    known.sort(Comparator.naturalOrder());
    String nearest =
        known.stream()
            .filter(candidate -> distance(candidate, key) <= 2)
            .min(Comparator.comparingInt(candidate -> distance(candidate, key)))
            .map(candidate -> "; did you mean '" + candidate + "'?")
            .orElse("");
    return "unknown key, expected one of " + String.join(", ", known) + nearest;
  }

  private static String keys(Error error) {
    List<String> present = new ArrayList<>();
    JsonNode node = error.getInstanceNode();
    if (node != null && node.isObject()) {
      present.addAll(node.propertyNames());
    }
    return present.isEmpty() ? "no key" : String.join(", ", present);
  }

  static String shown(@org.jspecify.annotations.Nullable JsonNode node) {
    if (node == null || node.isMissingNode()) {
      return "nothing";
    }
    if (node.isObject()) {
      return node.isEmpty() ? "an empty mapping" : "a mapping";
    }
    if (node.isArray()) {
      return node.isEmpty() ? "an empty list" : "a list of " + node.size();
    }
    if (node.isNumber()) {
      return "the number " + node;
    }
    String text = node.asString();
    return node.isBoolean()
        ? text
        : "'" + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text) + "'";
  }

  private static String pointer(NodePath path) {
    StringBuilder pointer = new StringBuilder();
    for (int i = 0; i < path.getNameCount(); i++) {
      pointer.append('/').append(escaped(String.valueOf(path.getElement(i))));
    }
    return pointer.toString();
  }

  private static String escaped(String step) {
    return step.replace("~", "~0").replace("/", "~1");
  }

  /// Levenshtein distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
