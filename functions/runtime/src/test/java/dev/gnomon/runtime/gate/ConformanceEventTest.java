package dev.gnomon.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.Seen;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every event of the CloudEvents conformance suite, posted in binary and in structured mode: 1.0
/// reaches its function unchanged, 0.3 is refused.
@QuarkusTest
class ConformanceEventTest {
  @TestHTTPResource("/")
  URI base;

  @Inject Seen seen;

  record Case(JsonNode yaml, String mode) {
    JsonNode attributes() {
      return yaml.get("ContextAttributes");
    }

    String data() {
      return yaml.get("Data").asText();
    }

    @Override
    public String toString() {
      return attributes().get("id").asText() + " " + mode;
    }
  }

  static Stream<Case> version1() throws IOException {
    return cases("v1.yaml", "v1.0/v1_minimum.yaml");
  }

  static Stream<Case> version03() throws IOException {
    return cases("v03.yaml", "v0.3/v03_minimum.yaml");
  }

  private static Stream<Case> cases(String... files) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String file : files) {
      try (var in =
              ConformanceEventTest.class.getResourceAsStream(
                  "/cloudevents-conformance/yaml/" + file);
          var documents = new YAMLMapper().readerFor(JsonNode.class).readValues(in)) {
        while (documents.hasNext()) {
          JsonNode yaml = (JsonNode) documents.next();
          String mode = yaml.path("Mode").asText("");
          Stream.of("binary", "structured")
              .filter(one -> mode.isEmpty() || mode.equals(one))
              .forEach(one -> cases.add(new Case(yaml, one)));
        }
      }
    }
    assertThat(cases).hasSizeGreaterThanOrEqualTo(14);
    return cases.stream();
  }

  @BeforeEach
  void clear() {
    seen.clear();
  }

  @ParameterizedTest
  @MethodSource("version1")
  void version1ReachesItsFunctionUnchanged(Case one) throws Exception {
    var answer = send(one);

    assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
    CloudEvent<?> event = seen.only();
    JsonNode wanted = one.attributes();
    assertThat(event.specVersion()).isEqualTo("1.0");
    assertThat(event.id()).isEqualTo(wanted.get("id").asText());
    assertThat(event.type()).isEqualTo(wanted.get("type").asText());
    assertThat(event.source()).isEqualTo(wanted.get("source").asText());
    if (wanted.has("time")) {
      assertThat(event.time()).isEqualTo(OffsetDateTime.parse(wanted.get("time").asText()));
    }
    if (wanted.has("datacontenttype")) {
      assertThat(event.dataContentType()).isEqualTo(wanted.get("datacontenttype").asText());
    }
    wanted
        .path("Extensions")
        .properties()
        .forEach(entry ->
            assertThat(event.extensions())
                .containsEntry(entry.getKey(), entry.getValue().asText()));
    String data = new String((byte[]) event.data(), StandardCharsets.UTF_8);
    if (isJson(one)) {
      assertThat(Http.JSON.readTree(data)).isEqualTo(Http.JSON.readTree(one.data()));
    } else {
      assertThat(data).isEqualTo(one.data());
    }
  }

  @ParameterizedTest
  @MethodSource("version03")
  void version03IsRefusedForGood(Case one) {
    var answer = send(one);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:not-a-cloudevent");
    assertThat(answer.json().get("detail").asText()).contains("0.3");
    assertThat(seen.delivered()).isEmpty();
  }

  private Http.Answer send(Case one) {
    Http request = Http.request("POST", base, "conformance");
    one.yaml()
        .path("TransportExtensions")
        .properties()
        .forEach(entry -> request.with(entry.getKey(), entry.getValue().asText()));
    return (one.mode().equals("binary") ? binary(request, one) : structured(request, one)).send();
  }

  private static Http binary(Http request, Case one) {
    one.attributes()
        .properties()
        .forEach(entry -> {
          if (entry.getKey().equals("datacontenttype")) {
            request.with("Content-Type", entry.getValue().asText());
          } else if (entry.getKey().equals("Extensions")) {
            entry
                .getValue()
                .properties()
                .forEach(e -> request.with("ce-" + e.getKey(), encoded(e.getValue())));
          } else {
            request.with("ce-" + entry.getKey(), encoded(entry.getValue()));
          }
        });
    return request.body(one.data());
  }

  private static String encoded(JsonNode value) {
    return URLEncoder.encode(value.asText(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Http structured(Http request, Case one) {
    ObjectNode event = Http.JSON.createObjectNode();
    one.attributes()
        .properties()
        .forEach(entry -> {
          if (entry.getKey().equals("Extensions")) {
            entry.getValue().properties().forEach(e -> event.set(e.getKey(), e.getValue()));
          } else {
            event.put(entry.getKey(), entry.getValue().asText());
          }
        });
    try {
      event.set("data", isJson(one) ? Http.JSON.readTree(one.data()) : event.textNode(one.data()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return request.with("Content-Type", "application/cloudevents+json").body(event.toString());
  }

  private static boolean isJson(Case one) {
    return one.attributes().path("datacontenttype").asText("application/json").contains("json");
  }
}
