package dev.gnomon.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import io.cloudevents.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  private static Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("Ce-Specversion", "1.0");
    headers.put("CE-Type", "t");
    headers.put("ce-source", "/s");
    headers.put("ce-id", "1");
    return headers;
  }

  private static CloudEvent read(Map<String, String> headers, String body) {
    return EventReader.read(headers.entrySet(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static CloudEvent structured(String json) {
    return read(Map.of("Content-Type", "application/cloudevents+json"), json);
  }

  private static void assertRefused(Runnable reading, String why) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(
            Rejection.class,
            rejection ->
                assertThat(rejection.problem().kind()).isEqualTo(ProblemKind.NOT_A_CLOUDEVENT))
        .hasMessageContaining(why);
  }

  @Test
  void binaryEventIsReadWhateverTheCaseOfItsHeaders() throws Exception {
    var headers = headers();
    headers.put("ce-subject", "Euro%20%E2%82%AC");
    headers.put("ce-time", "2018-04-05T03:56:24.5+02:00");
    headers.put("ce-dataschema", "https://example.com/schema");
    headers.put("ce-comexampleextension1", "\"value\"");
    headers.put("Content-Type", "application/json; charset=utf-8");
    headers.put("User-Agent", "foo");

    CloudEvent event = read(headers, "{\"a\":1}");

    assertThat(event.getSubject()).isEqualTo("Euro €");
    assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse("2018-04-05T03:56:24.5+02:00"));
    assertThat(event.getDataSchema()).hasToString("https://example.com/schema");
    assertThat(event.getExtensionNames()).containsExactly("comexampleextension1");
    assertThat(event.getExtension("comexampleextension1")).isEqualTo("value");
    assertThat(event.getDataContentType()).isEqualTo("application/json; charset=utf-8");
    assertThat(event.getData().toBytes()).asString().isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/cloudevents+json",
        "Application/CloudEvents+JSON",
        "application/cloudevents+json; charset=utf-8",
        "application/cloudevents+json;charset=\"UTF-8\"",
      })
  void structuredEventIsReadWhateverTheCaseOfItsMediaType(String contentType) {
    CloudEvent event =
        read(
            Map.of("content-type", contentType),
            """
            {"specversion":"1.0","type":"t","id":"1","source":"/s","subject":null,
             "ext":"x","number":7,"truth":true,"data":{"a":"é"}}
            """);

    assertThat(event.getSubject()).isNull();
    assertThat(Attributes.extension(event, "number")).isEqualTo("7");
    assertThat(Attributes.extension(event, "truth")).isEqualTo("true");
    assertThat(event.getData().toBytes()).asString().isEqualTo("{\"a\":\"é\"}");
  }

  @Test
  void structuredEventInAnotherCharsetIsRead() {
    CloudEvent event =
        EventReader.read(
            Map.of("content-type", "application/cloudevents+json; charset=iso-8859-1").entrySet(),
            "{\"specversion\":\"1.0\",\"type\":\"t\",\"id\":\"ü\",\"source\":\"/s\"}"
                .getBytes(StandardCharsets.ISO_8859_1));

    assertThat(event.getId()).isEqualTo("ü");
  }

  @Test
  void binaryDataOfAStructuredEventIsRead() {
    CloudEvent event =
        structured(
            "{\"specversion\":\"1.0\",\"type\":\"t\",\"id\":\"1\",\"source\":\"/s\",\"data_base64\":\"AQID\"}");

    assertThat(event.getData().toBytes()).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          ce-specversion     |             | specversion
          ce-specversion     | 0.3         | specversion is not 1.0: 0.3
          ce-specversion     | 2.0         | specversion
          ce-id              |             | id
          ce-source          |             | source
          ce-source          | %20         | /s
          ce-type            |             | type
          ce-subject         |             | subject is missing or empty
          ce-time            | yesterday   | time
          ce-time            | 2018-04-05  | time
          ce-dataschema      | relative    | dataschema is not an absolute URI
          ce-bad_ext         | x           | 'bad_ext' can't name an attribute
          ce-data            | x           | 'data' can't name an attribute
          ce-                | x           | '' can't name an attribute
          ce-datacontenttype | text/plain  | travels as Content-Type
          ce-ext             | %FF         | header ce-ext is not UTF-8
          ce-type            | a%0Ab       | type has a control character
          Content-Type       | application/cloudevents-batch+json | batches are not taken
          Content-Type       | application/cloudevents+avro       | format
          """)
  void badHeaderIsRefused(String name, String value, String why) {
    var headers = headers();
    headers.keySet().removeIf(name::equalsIgnoreCase);
    headers.put(name, value == null ? "" : value);

    assertRefused(() -> read(headers, "{}"), why.equals("/s") ? "" : why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce-specversion", "ce-id", "ce-source", "ce-type"})
  void missingHeaderIsRefused(String name) {
    var headers = headers();
    headers.keySet().removeIf(name::equalsIgnoreCase);

    assertRefused(() -> read(headers, "{}"), name.substring(3));
  }

  @Test
  void repeatedHeaderIsRefused() {
    var headers = new ArrayList<>(headers().entrySet());
    headers.add(Map.entry("CE-ID", "2"));

    assertRefused(() -> EventReader.read(headers, new byte[0]), "header ce-id is there twice");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {"specversion":"1.0"                                              | not JSON
          []                                                                | not a JSON object
          {"specversion":"1.0","type":"t","id":"1","source":"/s"} {}        | not JSON
          {"specversion":"1.0","type":"t","id":"1","id":"2","source":"/s"}  | Duplicate
          {"specversion":"0.3","type":"t","id":"1","source":"/s"}           | specversion is not 1.0: 0.3
          {"specversion":1.0,"type":"t","id":"1","source":"/s"}             | specversion
          {"type":"t","id":"1","source":"/s"}                               | specversion is not 1.0: absent
          {"specversion":"1.0","type":"t","id":"","source":"/s"}            | id is missing or empty
          {"specversion":"1.0","type":"t","source":"/s"}                    | id
          {"specversion":"1.0","type":"t","id":7,"source":"/s"}             | id
          {"specversion":"1.0","type":"","id":"1","source":"/s"}            | type
          {"specversion":"1.0","type":"t","id":"1","source":""}             | source
          {"specversion":"1.0","type":"t","id":"1","source":"/s","subject":""} | subject
          {"specversion":"1.0","type":"t","id":"1","source":"/s","time":"x"}   | x
          {"specversion":"1.0","type":"t","id":"1","source":"/s","bad_ext":"x"} | bad_ext
          {"specversion":"1.0","type":"t","id":"1","source":"/s","Ext":"x"}     | 'Ext'
          {"specversion":"1.0","type":"t","id":"1","source":"/s","ext":{}}      | ext
          {"specversion":"1.0","type":"t","id":"1","source":"/s","data":1,"data_base64":"AA=="} | exclude
          """)
  void badEnvelopeIsRefused(String json, String why) {
    assertRefused(() -> structured(json), why);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body =
        "{\"specversion\":\"1.0\",\"type\":\"ü\",\"id\":\"1\",\"source\":\"/s\"}"
            .getBytes(StandardCharsets.ISO_8859_1);

    assertRefused(
        () ->
            EventReader.read(
                Map.of("content-type", "application/cloudevents+json").entrySet(), body),
        "not valid UTF-8");
  }

  /// Every scenario of the suite's HTTP feature, read as it is written there.
  @Test
  void conformanceFeatureOfTheHttpBindingHolds() throws Exception {
    String feature;
    try (var in =
        getClass()
            .getResourceAsStream(
                "/cloudevents-conformance/features/http-protocol-binding.feature")) {
      feature = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int read = 0;
    for (String scenario : feature.split("Scenario Outline: ")) {
      if (!scenario.contains("Given an HTTP request")) {
        continue;
      }
      List<String> texts = List.of(scenario.split("\"\"\"", -1));
      String examples = scenario.substring(scenario.indexOf("Examples:"));
      for (String contentType : column(examples)) {
        CloudEvent event = request(texts.get(1).stripIndent().strip(), contentType);
        assertThat(event.getId()).isEqualTo("1234-1234-1234");
        assertThat(event.getSpecVersion()).hasToString("1.0");
        assertThat(event.getType()).isEqualTo("com.example.someevent");
        assertThat(event.getSource()).hasToString("/mycontext/subcontext");
        assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse("2018-04-05T03:56:24Z"));
        assertThat(event.getDataContentType())
            .isEqualTo(scenario.startsWith("Binary") ? contentType : "application/json");
        assertThat(event.getExtensionNames()).isEmpty();
        assertThat(Http.JSON.readTree(event.getData().toBytes()))
            .isEqualTo(Http.JSON.readTree(texts.get(3)));
        read++;
      }
    }
    assertThat(read).isEqualTo(4);
  }

  private static List<String> column(String examples) {
    return examples
        .lines()
        .filter(line -> line.contains("|"))
        .map(line -> line.replace("|", "").strip())
        .skip(1)
        .toList();
  }

  private static CloudEvent request(String text, String contentType) {
    int blank = text.indexOf("\n\n");
    var headers = new ArrayList<Map.Entry<String, String>>();
    text.substring(0, blank)
        .lines()
        .skip(1)
        .map(line -> line.split(": ", 2))
        .forEach(parts ->
            headers.add(
                Map.entry(parts[0].strip(), parts[1].replace("<contentType>", contentType))));
    return EventReader.read(headers, text.substring(blank + 2).getBytes(StandardCharsets.UTF_8));
  }
}
