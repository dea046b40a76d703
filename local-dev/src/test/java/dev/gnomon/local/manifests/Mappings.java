package dev.gnomon.local.manifests;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import java.util.Set;
import java.util.TreeSet;

/// What the functions declare that they take, read from the classes that were built.
final class Mappings {
  /// @param path of the delivery, without slash
  /// @param type of the event
  record Mapping(String path, String type) implements Comparable<Mapping> {
    @Override
    public int compareTo(Mapping other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return type + " at /" + path;
    }
  }

  private Mappings() {}

  static Set<Mapping> ofFunctions() {
    Set<Mapping> mappings = new TreeSet<>();
    new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("dev.gnomon.protect", "dev.gnomon.predict", "dev.gnomon.route")
        .forEach(type ->
            type.getMethods().stream()
                .filter(method -> method.isAnnotatedWith(CloudEventMapping.class))
                .forEach(method -> mappings.add(mapping(method))));
    return mappings;
  }

  private static Mapping mapping(JavaMethod method) {
    CloudEventMapping mapping = method.getAnnotationOfType(CloudEventMapping.class);
    for (EventAttribute attribute : mapping.attributes()) {
      if (attribute.name().equals(Gate.PATH)) {
        return new Mapping(attribute.value(), mapping.trigger());
      }
    }
    throw new IllegalStateException(method.getFullName() + " has no " + Gate.PATH);
  }
}
