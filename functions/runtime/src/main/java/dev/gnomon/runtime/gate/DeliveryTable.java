package dev.gnomon.runtime.gate;

import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import java.lang.reflect.Method;
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

  /// @param methods all methods that are functions
  /// @throws IllegalStateException with every function that has no type or path, has a path that is
  ///   none, or has the name or the place of another one
  static DeliveryTable of(Collection<Method> methods) {
    Map<String, Map<String, String>> functions = new HashMap<>();
    Set<String> names = new HashSet<>();
    List<String> errors = new ArrayList<>();
    for (Method method : methods) {
      String where = method.getDeclaringClass().getSimpleName() + "." + method.getName();
      String name = name(method);
      if (!names.add(name)) {
        errors.add(where + ": another function is also named '" + name + "'");
      }
      CloudEventMapping mapping = method.getAnnotation(CloudEventMapping.class);
      Optional<String> path = path(mapping);
      if (path.isEmpty() || mapping.trigger().isEmpty()) {
        errors.add(
            where + ": needs @CloudEventMapping with a trigger and the attribute " + Gate.PATH);
        continue;
      }
      if (!path.get().matches("[a-z][a-z0-9-]{0,62}")) {
        errors.add(where + ": '" + path.get() + "' is not a path: one segment, without slashes");
      }
      String other =
          functions.computeIfAbsent(path.get(), p -> new HashMap<>()).put(mapping.trigger(), name);
      if (other != null) {
        errors.add(
            "%s: '%s' takes %s at /%s already"
                .formatted(where, other, mapping.trigger(), path.get()));
      }
    }
    if (!errors.isEmpty()) {
      throw new IllegalStateException(
          "functions are not declared well:\n  " + String.join("\n  ", errors));
    }
    return new DeliveryTable(functions, names);
  }

  static String name(Method method) {
    Funq funq = method.getAnnotation(Funq.class);
    return funq == null || funq.value().isEmpty() ? method.getName() : funq.value();
  }

  private static Optional<String> path(
      @org.jspecify.annotations.Nullable CloudEventMapping mapping) {
    if (mapping == null) {
      return Optional.empty();
    }
    for (EventAttribute attribute : mapping.attributes()) {
      if (attribute.name().equals(Gate.PATH)) {
        return Optional.of(attribute.value());
      }
    }
    return Optional.empty();
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
