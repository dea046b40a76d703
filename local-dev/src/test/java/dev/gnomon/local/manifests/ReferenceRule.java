package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What an object names is applied with it, keys of ConfigMaps and Secrets included. Secrets come
/// from outside and have the keys that are written down here and in docs/OPERATIONS.md.
final class ReferenceRule implements Rule {
  private static final Map<String, Set<String>> SECRETS =
      Map.of(
          "gnomon-stores", Set.of("access-key", "secret-key"),
          "gnomon-redis", Set.of("url"),
          "gnomon-api-tokens", Set.of("reader", "writer"));

  /// Where each Service has keys of its own to the stores.
  private static final String OWN_STORES = "gnomon-stores-";

  /// That Kubernetes puts into each namespace.
  private static final Map<String, Set<String>> CONFIG_MAPS =
      Map.of("kube-root-ca.crt", Set.of("ca.crt"));

  private static final String OF_SERVICE = "serving.knative.dev/service";

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    Map<String, KubeObject> known =
        objects.stream().collect(Collectors.toMap(KubeObject::id, one -> one, (a, b) -> a));
    return objects.stream()
        .flatMap(object ->
            Stream.of(typed(object), pods(object), selectors(object))
                .flatMap(references -> references)
                .flatMap(reference -> reference.broken(object, known).stream()));
  }

  /// @param id as [KubeObject#id]
  /// @param key that it must have
  private record Reference(String id, Optional<String> key) {
    Optional<String> broken(KubeObject from, Map<String, KubeObject> known) {
      KubeObject target = known.get(id);
      if (target == null) {
        return Optional.of("%s: expected %s, found none".formatted(from.id(), id));
      }
      Set<String> keys =
          Stream.of("data", "stringData", "binaryData")
              .flatMap(field -> target.json().path(field).properties().stream())
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      return key.filter(wanted -> !keys.contains(wanted))
          .map(wanted ->
              "%s: expected the key %s in %s, found %s".formatted(from.id(), wanted, id, keys));
    }
  }

  /// Wherever a spec says apiVersion, kind and name, and a Trigger's Broker.
  private static Stream<Reference> typed(KubeObject object) {
    JsonNode spec = object.json().path("spec");
    Stream<Reference> all =
        spec.findParents("kind").stream()
            .filter(one -> one.has("name") && one.has("apiVersion"))
            .map(one -> {
              String group =
                  one.path("apiVersion").asText().startsWith("serving.") ? "Knative " : "";
              return reference(
                  object, group + one.path("kind").asText(), one.path("name").asText());
            });
    return object.is("eventing.knative.dev/v1/Trigger")
        ? Stream.concat(all, Stream.of(reference(object, "Broker", spec.path("broker").asText())))
        : all;
  }

  private static Stream<Reference> pods(KubeObject object) {
    JsonNode pod = object.pod();
    Stream<Reference> named =
        Stream.of("serviceAccountName")
            .filter(pod::has)
            .map(field -> reference(object, "ServiceAccount", pod.path(field).asText()));
    Stream<Reference> governed =
        object.json().at("/spec/serviceName").isTextual()
            ? Stream.of(
                reference(object, "Service", object.json().at("/spec/serviceName").asText()))
            : Stream.empty();
    Stream<Reference> contents =
        Stream.of(
                Map.entry("configMapKeyRef", "ConfigMap"),
                Map.entry("configMapRef", "ConfigMap"),
                Map.entry("configMap", "ConfigMap"),
                Map.entry("secretKeyRef", "Secret"),
                Map.entry("secretRef", "Secret"),
                Map.entry("secret", "Secret"))
            .flatMap(one ->
                pod.findValues(one.getKey()).stream()
                    .filter(value -> !value.path("optional").asBoolean())
                    .flatMap(value -> content(object, one.getValue(), value)));
    return Stream.of(named, governed, contents).flatMap(references -> references);
  }

  private static Stream<Reference> content(KubeObject object, String kind, JsonNode value) {
    String name = value.path("name").asText(value.path("secretName").asText());
    Optional<String> key = Optional.ofNullable(value.get("key")).map(JsonNode::asText);
    Map<String, Set<String>> outside = kind.equals("Secret") ? SECRETS : CONFIG_MAPS;
    String given = name.equals(OWN_STORES + object.name()) ? "gnomon-stores" : name;
    boolean fromOutside =
        outside.containsKey(given) && outside.get(given).containsAll(key.stream().toList());
    return fromOutside
        ? Stream.empty()
        : Stream.of(new Reference(reference(object, kind, name).id(), key));
  }

  /// Selectors of pods of a function name a function.
  private static Stream<Reference> selectors(KubeObject object) {
    JsonNode spec = object.json().path("spec");
    Stream<JsonNode> exact = spec.findValues(OF_SERVICE).stream();
    Stream<JsonNode> listed =
        spec.findParents("key").stream()
            .filter(one -> one.path("key").asText().equals(OF_SERVICE))
            .flatMap(one -> StreamSupport.stream(one.path("values").spliterator(), false));
    return Stream.concat(exact, listed)
        .map(service -> reference(object, "Knative Service", service.asText()));
  }

  private static Reference reference(KubeObject object, String kind, String name) {
    return new Reference(kind + " " + object.namespace() + "/" + name, Optional.empty());
  }
}
