package dev.gnomon.runtime.gate;

import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import java.lang.reflect.Method;

/// What the annotations of one function say; empty where they say nothing.
///
/// @param where class and method, for messages
/// @param type of the events that it takes
/// @param path they are delivered to, without slash
record FunctionDeclaration(String where, String name, String type, String path) {
  static FunctionDeclaration of(Method method) {
    String where = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    Funq funq = method.getAnnotation(Funq.class);
    String name = funq == null || funq.value().isEmpty() ? method.getName() : funq.value();
    CloudEventMapping mapping = method.getAnnotation(CloudEventMapping.class);
    if (mapping == null) {
      return new FunctionDeclaration(where, name, "", "");
    }
    String path = "";
    for (EventAttribute attribute : mapping.attributes()) {
      if (attribute.name().equals(Gate.PATH)) {
        path = attribute.value();
      }
    }
    return new FunctionDeclaration(where, name, mapping.trigger(), path);
  }
}
