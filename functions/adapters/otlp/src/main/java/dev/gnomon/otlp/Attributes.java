package dev.gnomon.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Attributes as labels. Of a resource only those that say where it is are kept, and those that
/// rules name: others (process id, command line, versions) make new series at each start.
public final class Attributes {
  static final Set<String> OF_A_PLACE =
      Set.of(
          "service.name",
          "service.namespace",
          "service.instance.id",
          "host.name",
          "deployment.environment",
          "deployment.environment.name",
          "cloud.region",
          "cloud.availability_zone",
          "k8s.cluster.name",
          "k8s.namespace.name",
          "k8s.node.name",
          "k8s.pod.name",
          "gnomon_resource",
          "gnomon_cell");

  private static final String SCOPE = "otel.scope.name";

  private final Set<String> named;

  /// @param named labels that rules of the catalogue name
  public Attributes(Set<String> named) {
    this.named = Set.copyOf(named);
  }

  Map<String, String> of(Resource resource, InstrumentationScope scope) {
    Map<String, String> labels = new TreeMap<>();
    for (KeyValue each : resource.getAttributesList()) {
      if (OF_A_PLACE.contains(each.getKey()) || named.contains(each.getKey())) {
        text(each.getValue()).ifPresent(value -> labels.put(each.getKey(), value));
      }
    }
    if (!scope.getName().isEmpty()) {
      labels.put(SCOPE, scope.getName());
    }
    return labels;
  }

  /// @return empty if one of them is no single value
  static Optional<Map<String, String>> with(Map<String, String> place, List<KeyValue> own) {
    Map<String, String> labels = new TreeMap<>(place);
    for (KeyValue each : own) {
      Optional<String> value = text(each.getValue());
      if (value.isEmpty()) {
        return Optional.empty();
      }
      labels.put(each.getKey(), value.get());
    }
    return Optional.of(labels);
  }

  private static Optional<String> text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> Optional.of(value.getStringValue());
      case BOOL_VALUE -> Optional.of(Boolean.toString(value.getBoolValue()));
      case INT_VALUE -> Optional.of(Long.toString(value.getIntValue()));
      case DOUBLE_VALUE -> Optional.of(Double.toString(value.getDoubleValue()));
      case VALUE_NOT_SET -> Optional.of("");
      default -> Optional.empty();
    };
  }
}
