package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The schemas of Kubernetes and of Knative's CRDs, made strict: an object may have the fields that
/// its schema names and no other, also where the CRD keeps unknown ones and a typing error would be
/// stored in silence. Where a CRD leaves a part of a pod open, the schema of Kubernetes is put in.
final class ClosedSchemas {
  private static final String FOLDER = "/manifests/schemas/";
  private static final String CORE = "io.k8s.api.core.v1.";
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final String QUANTITY =
      "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$";
  private static final String NAME = "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$";

  /// What stands open in a Knative Service, by the name of the field.
  private static final Map<String, String> PARTS_OF_PODS =
      Map.ofEntries(
          Map.entry("affinity", "Affinity"),
          Map.entry("fieldRef", "ObjectFieldSelector"),
          Map.entry("resourceFieldRef", "ResourceFieldSelector"),
          Map.entry("dnsConfig", "PodDNSConfig"),
          Map.entry("hostAliases", "HostAlias"),
          Map.entry("initContainers", "Container"),
          Map.entry("securityContext", "PodSecurityContext"),
          Map.entry("tolerations", "Toleration"),
          Map.entry("topologySpreadConstraints", "TopologySpreadConstraint"),
          Map.entry("csi", "CSIVolumeSource"),
          Map.entry("emptyDir", "EmptyDirVolumeSource"),
          Map.entry("ephemeral", "EphemeralVolumeSource"),
          Map.entry("hostPath", "HostPathVolumeSource"),
          Map.entry("image", "ImageVolumeSource"),
          Map.entry("persistentVolumeClaim", "PersistentVolumeClaimVolumeSource"));

  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonNode kubernetes = resource("kubernetes.json");
  private final JsonNode knative = resource("knative.json");
  private final ObjectNode definitions = definitions();
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  /// @param type such as `serving.knative.dev/v1/Service`
  Optional<Schema> find(String type) {
    return schema(type).map(node -> schemas.computeIfAbsent(type, unseen -> compiled(node)));
  }

  private Optional<ObjectNode> schema(String type) {
    if (knative.has(type)) {
      ObjectNode schema = knative.get(type).deepCopy();
      close(schema, "");
      ObjectNode properties = (ObjectNode) schema.get("properties");
      // The CRDs of Broker and Trigger leave it out, Knative's own types have it.
      schema.findParents("backoffDelay").stream()
          .map(ObjectNode.class::cast)
          .forEach(delivery -> delivery.putObject("timeout").put("type", "string"));
      properties.putObject("apiVersion").put("type", "string");
      properties.putObject("kind").put("type", "string");
      properties.putObject("metadata").put("$ref", "#/$defs/" + META);
      schema.putArray("required").add("metadata").add("spec");
      return Optional.of(schema);
    }
    if (kubernetes.path("kinds").has(type)) {
      String name = kubernetes.path("kinds").get(type).asText();
      return Optional.of(mapper.createObjectNode().put("$ref", "#/$defs/" + name));
    }
    return Optional.empty();
  }

  private Schema compiled(ObjectNode schema) {
    schema.set("$defs", definitions);
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build()))
        .getSchema(schema.toString(), InputFormat.JSON);
  }

  private ObjectNode definitions() {
    ObjectNode all = kubernetes.get("$defs").deepCopy();
    all.properties().forEach(one -> close(one.getValue(), ""));
    ((ObjectNode) all.get("io.k8s.apimachinery.pkg.api.resource.Quantity"))
        .put("pattern", QUANTITY);
    ((ObjectNode) all.get(META).get("properties").get("name")).put("pattern", NAME);
    return all;
  }

  /// @param field that holds the node, for lists the list
  private static void close(JsonNode node, String field) {
    if (node instanceof ObjectNode object) {
      boolean open = object.path("x-kubernetes-preserve-unknown-fields").asBoolean();
      if (open && !object.has("properties") && PARTS_OF_PODS.containsKey(field)) {
        object.removeAll();
        object.put("$ref", "#/$defs/" + CORE + PARTS_OF_PODS.get(field));
      } else if (open && !object.has("properties")) {
        object.putObject("additionalProperties").put("type", "string"); // filters, labels
      } else if (object.has("properties") && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
      object.remove(List.of("x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string"));
      JsonNode properties = object.path("properties");
      properties.properties().forEach(one -> close(one.getValue(), one.getKey()));
      close(object.path("items"), field);
      close(object.path("additionalProperties"), "");
    }
  }

  private JsonNode resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(ClosedSchemas.class.getResourceAsStream(FOLDER + name), name)) {
      return mapper.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
