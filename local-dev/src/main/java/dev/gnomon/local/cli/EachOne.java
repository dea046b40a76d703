package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Does the same with each of several things that were named; those after one that is refused are
/// not to wait for it.
final class EachOne {
  private static final int MAX_REASONS = 20;

  private EachOne() {}

  /// @param none what people read if there is nothing to do it with
  /// @param act answers what is printed as JSON, or throws a [Failure]
  /// @throws Failure with the reasons, once all had their turn, if one was refused
  static void does(
      Console console, Set<String> names, String none, Function<String, JsonNode> act) {
    List<JsonNode> done = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (String name : names) {
      try {
        done.add(act.apply(name));
      } catch (Failure e) {
        refused.add(names.size() == 1 ? e.text() : name + ": " + e.text());
      }
    }
    if (console.json()) {
      console.value(done);
    } else if (names.isEmpty()) {
      console.line(none);
    }
    if (!refused.isEmpty()) {
      throw Failure.failed(said(refused, names.size()));
    }
  }

  private static String said(List<String> refused, int of) {
    if (of == 1) {
      return refused.getFirst();
    }
    int more = refused.size() - MAX_REASONS;
    return "%d of %d failed:\n  %s%s"
        .formatted(
            refused.size(),
            of,
            String.join("\n  ", refused.subList(0, Math.min(refused.size(), MAX_REASONS))),
            more > 0 ? "\n  ... and " + more + " more" : "");
  }
}
