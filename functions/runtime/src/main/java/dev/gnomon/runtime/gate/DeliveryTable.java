package dev.gnomon.runtime.gate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which function takes which event type at which delivery path.
///
/// @param functions path without slash, then event type, then name of the function
/// @param names of all functions
record DeliveryTable(Map<String, Map<String, String>> functions, Set<String> names) {

  /// @throws IllegalStateException with every function that has no type or path, has a path that is
  ///   none, or has the name or the place of another one
  static DeliveryTable of(Collection<FunctionDeclaration> declared) {
    Map<String, Map<String, String>> functions = new HashMap<>();
    Set<String> names = new HashSet<>();
    List<String> errors = new ArrayList<>();
    for (FunctionDeclaration one : declared) {
      if (!names.add(one.name())) {
        errors.add(one.where() + ": another function is also named '" + one.name() + "'");
      }
      if (one.type().isEmpty() || one.path().isEmpty()) {
        errors.add(
            one.where()
                + ": needs @CloudEventMapping with a trigger and the attribute "
                + Gate.PATH);
        continue;
      }
      if (!one.path().matches("[a-z][a-z0-9-]{0,62}")) {
        errors.add(
            "%s: '%s' is not a path: one segment, without slashes"
                .formatted(one.where(), one.path()));
      }
      String other =
          functions.computeIfAbsent(one.path(), p -> new HashMap<>()).put(one.type(), one.name());
      if (other != null) {
        errors.add(
            "%s: '%s' takes %s at /%s already"
                .formatted(one.where(), other, one.type(), one.path()));
      }
    }
    if (!errors.isEmpty()) {
      throw new IllegalStateException(
          "functions are not declared well:\n  " + String.join("\n  ", errors));
    }
    return new DeliveryTable(functions, names);
  }

  boolean isPath(String path) {
    return functions.containsKey(path);
  }

  /// A path that Funqy would answer by itself, past the gate's checks.
  boolean isInternal(String path) {
    return path.isEmpty() || names.contains(path);
  }

  Optional<String> function(String path, String type) {
    return Optional.ofNullable(functions.getOrDefault(path, Map.of()).get(type));
  }
}
