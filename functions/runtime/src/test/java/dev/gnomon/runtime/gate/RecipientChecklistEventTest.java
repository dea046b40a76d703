package dev.gnomon.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.Seen;
import dev.gnomon.verification.waits.Patience;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Knative's delivery checklist asks of a function (items 1 to 12) and of an event on the wire
/// (31 to 40).
@QuarkusTest
class RecipientChecklistEventTest {
  private static final String DATA = "{\"resource\":\"site\",\"kind\":\"command\"}";

  @TestHTTPResource("/")
  URI base;

  @Inject Seen seen;

  @BeforeEach
  void clear() {
    seen.clear();
  }

  private static String structured(String more) {
    return "{\"specversion\":\"1.0\",\"type\":\"dev.gnomon.shadow-requested.v1\",\"source\":\"/test\","
        + "\"id\":\"event-1\""
        + more
        + ",\"data\":"
        + DATA
        + "}";
  }

  @Test
  void item1BinaryAndStructuredModeAreTaken() {
    assertThat(Http.event(base, "shadow", "site").send().status()).isEqualTo(200);
    assertThat(Http.structured(base, "shadow", structured("")).send().status()).isEqualTo(200);
  }

  @Test
  void item2AnswerComesOnlyAfterTheWorkIsDone() {
    seen.closeGate();
    var answer = CompletableFuture.supplyAsync(() -> Http.event(base, "shadow", "waits").send());
    Patience.await().until(() -> !seen.delivered().isEmpty());

    assertThat(answer).isNotDone();
    seen.openGate();

    assertThat(answer.join().status()).isEqualTo(200);
  }

  @Test
  void item3DoneWithReplyIs200AndDoneWithoutIs204() {
    assertThat(Http.event(base, "shadow", "site").send().status()).isEqualTo(200);
    var silent = Http.event(base, "shadow", "nothing").send();
    assertThat(silent.status()).isEqualTo(204);
    assertThat(silent.text()).isEmpty();
    assertThat(silent.header("ce-id")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ce-id", "ce-source", "ce-type", "ce-specversion"})
  void item4And31EventWithoutARequiredAttributeIs400(String header) {
    var missing = Http.event(base, "shadow", "site").without(header).send();
    var empty = Http.event(base, "shadow", "site").with(header, "").send();

    assertThat(missing.status()).as(missing.toString()).isEqualTo(400);
    assertThat(empty.status()).as(empty.toString()).isEqualTo(400);
    assertThat(seen.delivered()).isEmpty();
  }

  @Test
  void item4RequestThatIsNoEventIs400() {
    var answer =
        Http.request("POST", base, "shadow")
            .with("Content-Type", "application/json")
            .body(DATA)
            .send();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
  }

  @Test
  void item6And7RedeliveryWithChangedAttributesRepliesTheSameId() {
    var first = Http.event(base, "shadow", "site").with("ce-traceparent", "00-a-b-01").send();
    var second =
        Http.event(base, "shadow", "site")
            .with("ce-traceparent", "00-a-c-01")
            .with("ce-knativekafkaoffset", "12")
            .with("ce-time", "2026-11-21T10:00:00Z")
            .send();

    assertThat(second.json().get("id")).isEqualTo(first.json().get("id"));
    assertThat(second.json().get("source")).isEqualTo(first.json().get("source"));
  }

  @Test
  void item8OptionsListsPostAndOtherMethodsAreRefused() {
    var options = Http.request("OPTIONS", base, "shadow").send();
    var get = Http.request("GET", base, "shadow").send();

    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("allow")).contains("POST");
    assertThat(get.status()).isEqualTo(405);
    assertThat(get.header("allow")).contains("POST");
  }

  @Test
  void item9ReplyIsOneCompleteEvent() {
    var answer =
        Http.event(base, "shadow", "site")
            .with("ce-traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .with("ce-tracestate", "a=b,c=d")
            .with("ce-partitionkey", "elsewhere")
            .with("ce-correlationid", "u9")
            .with("ce-unrelated", "x")
            .send();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/cloudevents+json");
    JsonNode reply = answer.json();
    assertThat(reply.get("specversion").asText()).isEqualTo("1.0");
    assertThat(reply.get("id").asText()).hasSize(36);
    assertThat(reply.get("type").asText()).isEqualTo("dev.gnomon.shadow-failed.v1");
    assertThat(reply.get("source").asText()).isEqualTo("/gnomon/shadow");
    assertThat(reply.get("subject").asText()).isEqualTo("site");
    assertThat(reply.get("time").asText()).matches("\\d{4}-.*Z");
    assertThat(reply.get("datacontenttype").asText()).isEqualTo("application/json");
    assertThat(reply.get("partitionkey").asText()).isEqualTo("site");
    assertThat(reply.get("correlationid").asText()).isEqualTo("u9");
    assertThat(reply.get("causationid").asText()).isEqualTo("event-1");
    assertThat(reply.get("traceparent").asText())
        .isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assertThat(reply.get("tracestate").asText()).isEqualTo("a=b,c=d");
    assertThat(reply.has("unrelated")).isFalse();
    assertThat(reply.has(Gate.PATH)).isFalse();
    assertThat(reply.get("data"))
        .isEqualTo(
            Http.JSON
                .createObjectNode()
                .put("resource", "site")
                .put("kind", "update")
                .put("updateId", "u9")
                .put("reason", "a test"));
  }

  @Test
  void item10And37BatchIs400() {
    var answer =
        Http.request("POST", base, "shadow")
            .with("Content-Type", "application/cloudevents-batch+json; charset=utf-8")
            .body("[" + structured("") + "]")
            .send();

    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void item11UnknownExtensionsReachTheFunction() {
    Http.event(base, "shadow", "site")
        .with("ce-knativekafkapartition", "3")
        .with("ce-averyveryveryverylongextensionname", "x")
        .send();
    Http.structured(base, "shadow", structured(",\"knativekafkaoffset\":\"4\",\"count\":5")).send();

    assertThat(seen.delivered().get(0).event().extensions())
        .containsEntry("knativekafkapartition", "3")
        .containsEntry("averyveryveryverylongextensionname", "x");
    assertThat(seen.delivered().get(1).event().extensions())
        .containsEntry("knativekafkaoffset", "4")
        .containsEntry("count", "5");
  }

  @Test
  void item12EventOf64KiBAndMoreIsTaken() {
    String data = "{\"resource\":\"site\",\"kind\":\"command\"" + " ".repeat(900_000) + "}";

    assertThat(Http.event(base, "shadow", "site").body(data).send().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "ce-bad_ext,x",
    "ce-data,x",
    "ce-time,yesterday",
    "ce-time,2026-11-21 10:00",
    "ce-dataschema,no/uri",
    "ce-subject,''",
    "ce-datacontenttype,application/json",
    "ce-subject,%FF"
  })
  void items32To35BadAttributesAre400(String header, String value) {
    var answer = Http.event(base, "shadow", "site").with(header, value).send();

    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(seen.delivered()).isEmpty();
  }

  @Test
  void item35HeaderValuesAreDecoded() {
    Http.event(base, "shadow", "site").with("ce-subject", "\"Euro %E2%82%AC 100%25\"").send();

    assertThat(seen.only().subject()).isEqualTo("Euro € 100%");
  }

  @ParameterizedTest
  @CsvSource({
    "application/cloudevents+json",
    "application/cloudevents+json; charset=utf-8",
    "APPLICATION/CloudEvents+JSON;charset=UTF-8"
  })
  void items36And38StructuredMediaTypeIsComparedWithoutCase(String mediaType) {
    var answer =
        Http.request("POST", base, "shadow")
            .with("Content-Type", mediaType)
            .body(structured(""))
            .send();

    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  @Test
  void item38JsonDataMayHaveAnyCaseAndCharset() {
    var answer =
        Http.event(base, "shadow", "site")
            .with("Content-Type", "Application/JSON; charset=UTF-8")
            .send();

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void item40TimerWithoutDataReachesItsFunction() {
    var answer =
        Http.request("POST", base, "shadow")
            .with("ce-specversion", "1.0")
            .with("ce-type", "dev.gnomon.sweep-due.v1")
            .with("ce-source", "/test")
            .with("ce-id", "1")
            .send();

    assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
    assertThat(seen.delivered()).hasSize(1);
  }
}
