package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.letters.DeadEvent;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadEventsTest {
  private static final List<Map.Entry<String, String>> BINARY =
      List.of(
          Map.entry("ce-specversion", "1.0"),
          Map.entry("ce-id", "e1"),
          Map.entry("ce-source", "/ci"),
          Map.entry("ce-type", "com.example.nobody-knows"),
          Map.entry("ce-subject", "site"),
          Map.entry("ce-myown", "kept"),
          Map.entry("ce-knativeerrordest", "http://rollback.gnomon.svc.cluster.local/rollback"),
          Map.entry("ce-knativeerrorcode", "400"),
          Map.entry("ce-knativeerrordata", base64("unknown resource 'nosuch'")),
          Map.entry("ce-knativekafkaoffset", "17"),
          Map.entry("Content-Type", "text/plain"),
          Map.entry("Authorization", "Bearer secret"));

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static List<Map.Entry<String, String>> with(String name, String value) {
    List<Map.Entry<String, String>> headers = new ArrayList<>(BINARY);
    headers.removeIf(header -> header.getKey().equals(name));
    headers.add(Map.entry(name, value));
    return headers;
  }

  @Test
  void anEventThatNoFunctionKnowsIsKeptAsItWasSent() throws Exception {
    byte[] body = {0, 1, (byte) 0xff};

    DeadEvent event = DeadEvents.read(BINARY, body);

    assertThat(event.unreadable()).isEmpty();
    assertThat(event.destination()).endsWith("/rollback");
    assertThat(event.code()).contains("400");
    assertThat(event.reason()).contains("unknown resource 'nosuch'");
    JsonNode content = Json.MAPPER.readTree(event.content());
    assertThat(content.path("id").asText()).isEqualTo("e1");
    assertThat(content.path("myown").asText()).isEqualTo("kept");
    assertThat(Base64.getDecoder().decode(content.path("data_base64").asText())).isEqualTo(body);
    assertThat(event.content()).doesNotContain("knative").doesNotContain("secret");
  }

  @Test
  void structuredEventsAreTakenToo() throws Exception {
    String body =
        """
        {"specversion": "1.0", "id": "e2", "source": "/ci", "type": "t", "datacontenttype": "application/json",
         "data": {"a": [1.5, "ü"]}, "knativeerrordest": "http://a/b", "knativeerrorcode": 500}
        """;

    DeadEvent event =
        DeadEvents.read(
            List.of(Map.entry("content-type", "application/cloudevents+json; charset=UTF-8")),
            body.getBytes(UTF_8));

    assertThat(event.unreadable()).isEmpty();
    assertThat(event.code()).contains("500");
    JsonNode content = Json.MAPPER.readTree(event.content());
    assertThat(new String(Base64.getDecoder().decode(content.path("data_base64").asText()), UTF_8))
        .isEqualTo("{\"a\":[1.5,\"ü\"]}");
  }

  @Test
  void whatIsNoEventIsKeptWithWhatIsWrongWithIt() {
    DeadEvent event = DeadEvents.read(with("ce-id", ""), "body".getBytes(UTF_8));

    assertThat(event.unreadable()).hasValueSatisfying(why -> assertThat(why).contains("id"));
    assertThat(event.type()).isEqualTo("com.example.nobody-knows");
    assertThat(event.content())
        .contains(base64("body"), "myown")
        .doesNotContain("secret")
        .doesNotContain("knative");
    assertThat(DeadEvents.read(with("ce-id", ""), "body".getBytes(UTF_8)).id())
        .isEqualTo(event.id());
    assertThat(DeadEvents.read(with("ce-id", ""), "other".getBytes(UTF_8)).id())
        .isNotEqualTo(event.id());
  }

  @Test
  void reasonsThatWereCutOrNotEncodedAreShownAsFarAsTheyGo() {
    String whole = base64("unknown resource 'nosuch'");
    for (int cut = 0; cut < 4; cut++) {
      String data = whole.substring(0, whole.length() - 6 - cut);
      assertThat(DeadEvents.read(with("ce-knativeerrordata", data), new byte[0]).reason())
          .hasValueSatisfying(reason -> assertThat(reason).startsWith("unknown resource"));
    }
    assertThat(DeadEvents.read(with("ce-knativeerrordata", "plain%20text!"), new byte[0]).reason())
        .contains("plain text!");
  }

  @Test
  void aCodeThatIsNoneIsNotBelieved() {
    assertThat(DeadEvents.read(with("ce-knativeerrorcode", "<b>"), new byte[0]).code()).isEmpty();
  }
}
