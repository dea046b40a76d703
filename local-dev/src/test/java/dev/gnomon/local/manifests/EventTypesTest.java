package dev.gnomon.local.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.EventTypes.EventType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The EventTypes of the Broker are made of the schemas of events.
class EventTypesTest {
  private static final Path FILE = Project.KNATIVE.resolve("broker/event-types.yaml");
  private static final String HEAD =
      """
      # What the Broker carries, for `kubectl get eventtypes` and `kn`. Made of event-schemas by EventTypesTest.
      """;
  private static final String ONE =
      """
      apiVersion: eventing.knative.dev/v1beta2
      kind: EventType
      metadata:
        name: %s
        labels:
          app.kubernetes.io/part-of: gnomon
      spec:
        reference:
          apiVersion: eventing.knative.dev/v1
          kind: Broker
          name: gnomon
        type: %s
        schema: %s
        description: %s
      """;

  @Test
  void theManifestSaysWhatTheSchemasSay() throws IOException {
    StringBuilder text = new StringBuilder(HEAD);
    for (EventType type : EventTypes.all()) {
      text.append(text.length() == HEAD.length() ? "" : "---\n").append(manifest(type));
    }
    Path made = Project.KNATIVE.resolveSibling("local-dev/target/event-types.yaml");
    Files.createDirectories(made.getParent());
    Files.writeString(made, text);
    assertThat(FILE)
        .as("stale: cp local-dev/target/event-types.yaml knative/broker/event-types.yaml")
        .hasContent(text.toString());
  }

  private static String manifest(EventType type) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            EventTypes.class.getClassLoader().getResourceAsStream(type.schemaResource()))) {
      JsonNode schema = new ObjectMapper().readTree(in);
      return ONE.formatted(
          type.type(), type.type(), schema.path("$id").asText(), schema.path("description"));
    }
  }
}
