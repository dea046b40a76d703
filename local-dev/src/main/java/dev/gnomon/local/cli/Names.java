package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/// Checks of names that a person typed.
final class Names {
  private Names() {}

  /// @param form makes the typed name, whose text is the same again
  /// @throws Failure if the text does not have the form
  static String checked(String text, Function<String, ?> form) {
    try {
      return String.valueOf(form.apply(text));
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse(String.valueOf(e.getMessage()));
    }
  }

  /// @throws Failure if the stack does not have one of the resources
  static void known(StackApi api, Collection<String> names) {
    known(api.status(), "name", "resource", names);
  }

  /// @throws Failure if no resource of the stack lies in the cell
  static void knownCell(StackApi api, String cell) {
    known(api.status(), "cell", "cell with a resource", List.of(cell));
  }

  private static void known(JsonNode status, String field, String what, Collection<String> names) {
    List<String> known = new ArrayList<>();
    status
        .path("resources")
        .forEach(resource -> {
          String name = resource.path(field).asText();
          if (!known.contains(name)) {
            known.add(name);
          }
        });
    for (String name : names) {
      if (!known.contains(name)) {
        throw Failure.failed(
            "unknown %s '%s', the stack has: %s"
                .formatted(what, name, known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }
}
