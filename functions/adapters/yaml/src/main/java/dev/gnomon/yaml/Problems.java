package dev.gnomon.yaml;

import dev.gnomon.yaml.Problem.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects the problems of one file and knows where each JSON pointer stands in it.
final class Problems {
  static final int MAX_PROBLEMS = 200;

  /// @param line from 1
  /// @param column from 1
  record Place(int line, int column) {
    static final Place FILE = new Place(0, 0);
  }

  private final Path file;
  private final Map<String, Place> values = new HashMap<>();
  private final Map<String, Place> keys = new HashMap<>();
  private final Set<String> wrong = new HashSet<>();
  private final List<Problem> found = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  void valueAt(String pointer, Place place) {
    values.put(pointer, place);
  }

  void keyAt(String pointer, Place place) {
    keys.put(pointer, place);
  }

  /// Reports a mistake in the value at a pointer.
  void error(String pointer, String message) {
    wrong.add(pointer);
    add(Severity.ERROR, pointer, place(values, pointer), message);
  }

  /// Reports a mistake in the key that a pointer ends with.
  void keyError(String pointer, String message) {
    add(Severity.ERROR, pointer, place(keys, pointer), message);
  }

  void errorAt(Place place, String message) {
    add(Severity.ERROR, "", place, message);
  }

  void warning(String pointer, String message) {
    add(Severity.WARNING, pointer, place(values, pointer), message);
  }

  /// Whether the value at exactly this pointer was found wrong.
  boolean wrong(String pointer) {
    return wrong.contains(pointer);
  }

  boolean anyError() {
    return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
  }

  List<Problem> of(Severity severity) {
    return found.stream()
        .filter(problem -> problem.severity() == severity)
        .distinct()
        .sorted(Problem.BY_PLACE)
        .limit(MAX_PROBLEMS)
        .toList();
  }

  int lineOf(String pointer) {
    return place(values, pointer).line();
  }

  private void add(Severity severity, String pointer, Place place, String message) {
    found.add(
        new Problem(severity, file, place.line(), place.column(), readable(pointer), message));
  }

  private static Place place(Map<String, Place> places, String pointer) {
    Place place = places.get(pointer);
    if (place != null) {
      return place;
    }
    int slash = pointer.lastIndexOf('/');
    return slash < 0 ? Place.FILE : place(places, pointer.substring(0, slash));
  }

  /// `/resources/0/shadow` as `resources[0].shadow`.
  static String readable(String pointer) {
    StringBuilder text = new StringBuilder();
    for (String step : pointer.split("/", -1)) {
      if (step.matches("[0-9]+")) {
        text.append('[').append(step).append(']');
      } else if (!step.isEmpty()) {
        text.append(text.isEmpty() ? "" : ".").append(step.replace("~1", "/").replace("~0", "~"));
      }
    }
    return text.toString();
  }
}
