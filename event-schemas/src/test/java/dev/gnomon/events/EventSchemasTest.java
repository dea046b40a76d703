package dev.gnomon.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.events.EventSchemas.Violation;
import dev.gnomon.events.EventTypes.EventType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventSchemasTest {
  private static final ObjectMapper PLAIN = new ObjectMapper();
  private static final EventSchemas SCHEMAS = new EventSchemas();

  record Example(EventType type, String resource) {
    JsonNode json() throws IOException {
      try (InputStream in = EventSchemasTest.class.getResourceAsStream("/" + resource)) {
        return PLAIN.readTree(in);
      }
    }

    @Override
    public String toString() {
      return resource;
    }
  }

  static Stream<Example> good() {
    return examples("good");
  }

  static Stream<Example> bad() {
    return examples("bad");
  }

  private static Stream<Example> examples(String kind) {
    List<Example> found = new ArrayList<>();
    for (EventType type : EventTypes.all()) {
      for (int i = 1; ; i++) {
        String resource = "examples/%s/%s.%d.json".formatted(kind, type.name(), i);
        if (EventSchemasTest.class.getResource("/" + resource) == null) {
          assertThat(i).as("%s examples of %s", kind, type.type()).isGreaterThan(1);
          break;
        }
        found.add(new Example(type, resource));
      }
    }
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("good")
  void goodExampleHoldsAndSurvivesItsRecord(Example example) throws Exception {
    JsonNode data = example.json();

    assertThat(SCHEMAS.check(example.type(), data.toString())).isEmpty();
    EventData record = EventJson.MAPPER.treeToValue(data, example.type().data());

    assertThat(PLAIN.readTree(EventJson.MAPPER.writeValueAsString(record))).isEqualTo(data);
    assertThat(EventTypes.typeOf(record)).isEqualTo(example.type().type());
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badExampleIsRefusedAtItsField(Example example) throws Exception {
    JsonNode bad = example.json();

    List<Violation> violations = SCHEMAS.check(example.type(), bad.get("data").toString());

    assertThat(violations)
        .as(bad.get("why").asText())
        .extracting(Violation::pointer)
        .contains(bad.get("pointer").asText());
  }

  @Test
  void schemaAndRecordHaveTheSameFields() throws Exception {
    for (EventType type : EventTypes.all()) {
      JsonNode schema = new Example(type, type.schemaResource()).json();
      List<String> fields = new ArrayList<>();
      schema.get("properties").fieldNames().forEachRemaining(fields::add);
      List<String> required = new ArrayList<>();
      schema.get("required").forEach(name -> required.add(name.asText()));
      var components = Arrays.asList(type.data().getRecordComponents());

      assertThat(fields)
          .as(type.type())
          .containsExactlyElementsOf(components.stream().map(c -> c.getName()).toList());
      assertThat(required)
          .as(type.type())
          .containsExactlyElementsOf(
              components.stream()
                  .filter(c -> c.getType() != Optional.class && c.getType() != OptionalInt.class)
                  .map(c -> c.getName())
                  .toList());
      assertThat(schema.get("title").asText()).isEqualTo(type.type());
    }
  }

  @Test
  void everythingInASchemaIsBounded() throws Exception {
    for (EventType type : EventTypes.all()) {
      assertBounded(type.type(), new Example(type, type.schemaResource()).json());
    }
  }

  private static void assertBounded(String where, JsonNode schema) {
    if (!schema.has("type") && schema.has("oneOf")) {
      schema.get("oneOf").forEach(each -> assertBounded(where, each));
      return;
    }
    switch (schema.path("type").asText()) {
      case "string" -> assertThat(schema.has("maxLength") || schema.has("enum")).as(where).isTrue();
      case "array" -> {
        assertThat(schema.has("maxItems")).as(where).isTrue();
        assertBounded(where + "/items", schema.get("items"));
      }
      case "integer", "number" ->
          assertThat(schema.has("minimum") && schema.has("maximum")).as(where).isTrue();
      case "boolean" -> {}
      case "object" -> {
        assertThat(schema.get("additionalProperties").asBoolean(true)).as(where).isFalse();
        schema
            .get("properties")
            .properties()
            .forEach(e -> assertBounded(where + "/" + e.getKey(), e.getValue()));
      }
      default -> throw new AssertionError(where + " has no known type: " + schema);
    }
  }

  @Test
  void longReasonsAreCutToWhatTheSchemaAllows() throws Exception {
    var data = new UpdateBlocked("u1", "r".repeat(3999) + "\uD83D\uDE00" + "x", List.of());

    String json = EventJson.MAPPER.writeValueAsString(data);

    assertThat(data.reason()).hasSize(4000).endsWith("…");
    assertThat(SCHEMAS.check(EventTypes.find(UpdateBlocked.TYPE).orElseThrow(), json)).isEmpty();
  }

  @Test
  void asyncApiDescribesEveryTypeWithItsSchema() throws Exception {
    JsonNode document = new Example(EventTypes.all().getFirst(), "asyncapi.json").json();
    JsonNode messages = document.at("/components/messages");

    assertThat(messages.size()).isEqualTo(EventTypes.all().size());
    for (EventType type : EventTypes.all()) {
      JsonNode message = messages.get(type.name().replace(".v1", ""));
      assertThat(message.get("name").asText()).isEqualTo(type.type());
      assertThat(message.at("/payload/schema/$ref").asText()).isEqualTo(type.schemaResource());
    }
    document
        .get("channels")
        .forEach(channel ->
            channel
                .get("messages")
                .forEach(m ->
                    assertThat(document.at(m.get("$ref").asText().substring(1))).isNotEmpty()));
  }
}
