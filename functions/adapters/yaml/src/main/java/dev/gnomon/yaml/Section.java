package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.DurationText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// One value of the file with its place. Its getters are tolerant: a value of the wrong form is
/// empty here, because the schema has reported it; so the rest of the file can still be checked.
///
/// @param base directory that relative paths start at
record Section(JsonNode node, String pointer, Path base, Problems problems) {

  Section at(String key) {
    return new Section(node.path(key), pointer + "/" + key, base, problems);
  }

  boolean has(String key) {
    return node.has(key);
  }

  List<Section> items() {
    List<Section> items = new ArrayList<>();
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        items.add(new Section(node.get(i), pointer + "/" + i, base, problems));
      }
    }
    return items;
  }

  Optional<String> text() {
    return node.isString() ? Optional.of(node.asString()) : Optional.empty();
  }

  Optional<Integer> number() {
    return node.isIntegralNumber() && node.canConvertToInt()
        ? Optional.of(node.asInt())
        : Optional.empty();
  }

  Optional<Double> share() {
    return node.isNumber() && node.asDouble() >= 0 && node.asDouble() <= 1
        ? Optional.of(node.asDouble())
        : Optional.empty();
  }

  Optional<Double> decimal() {
    return node.isNumber() && Double.isFinite(node.asDouble())
        ? Optional.of(node.asDouble())
        : Optional.empty();
  }

  boolean flag() {
    return node.isBoolean() && node.asBoolean();
  }

  /// A value with a form of its own, such as a name.
  <T> Optional<T> value(Function<String, T> form) {
    if (problems.wrong(pointer)) {
      return Optional.empty();
    }
    try {
      return text().map(form);
    } catch (IllegalArgumentException e) {
      return refuse(String.valueOf(e.getMessage()));
    }
  }

  Optional<Duration> duration() {
    Optional<Duration> duration = value(DurationText::parse);
    if (duration.filter(Duration::isZero).isPresent()) {
      return refuse("expected a duration above zero, found '" + node.asString() + "'");
    }
    return duration;
  }

  /// A constant written in lower case with hyphens.
  <E extends Enum<E>> Optional<E> choice(Class<E> type) {
    return problems.wrong(pointer)
        ? Optional.empty()
        : text().map(text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  Optional<Path> path() {
    return problems.wrong(pointer) ? Optional.empty() : text().flatMap(this::path);
  }

  Optional<Path> path(String text) {
    if (text.equals("~") || text.startsWith("~/")) {
      return refuse("'~' is not expanded here: write the whole path, found '" + text + "'");
    }
    try {
      return Optional.of(base.resolve(text).normalize());
    } catch (InvalidPathException e) {
      return refuse("expected a path, found '" + text + "': " + e.getReason());
    }
  }

  /// An argument vector; a single text is a line for `sh -c`.
  List<String> program() {
    if (node.isString()) {
      return List.of("sh", "-c", node.asString());
    }
    return items().stream().flatMap(item -> item.text().stream()).toList();
  }

  void error(String message) {
    problems.error(pointer, message);
  }

  void warning(String message) {
    problems.warning(pointer, message);
  }

  private <T> Optional<T> refuse(String message) {
    error(message);
    return Optional.empty();
  }
}
