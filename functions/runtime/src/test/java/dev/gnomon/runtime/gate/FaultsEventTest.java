package dev.gnomon.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.RecordingSink;
import dev.gnomon.runtime.app.Seen;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a function throws, and what the sink says, becomes the status code of ARCHITECTURE.md.
@QuarkusTest
class FaultsEventTest {
  @TestHTTPResource("/")
  URI base;

  @Inject Seen seen;
  @Inject RecordingSink sink;

  @BeforeEach
  void clear() {
    seen.clear();
    sink.events().clear();
    sink.failNext(0);
  }

  @ParameterizedTest
  @CsvSource({
    "refused,     400, refused,     rollback several-e2 is running, ''",
    "wrapped,     400, refused,     said inside,                    ''",
    "busy,        429, busy,        9 of 9 captures run,            17",
    "away,        503, unavailable, redis is away,                  2",
    "store-away,  503, unavailable, 503 SlowDown,                   2",
    "lost-answer, 503, unavailable, reset,                          2",
    "no-bucket,   500, bug,         bucket is missing,              ''"
  })
  void faultOfTheFunctionIsAnsweredByItsKind(
      String resource, int status, String kind, String detail, String retryAfter) {
    var answer = Http.event(base, "shadow", resource).send();

    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.header("retry-after")).isEqualTo(retryAfter);
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:" + kind);
    assertThat(answer.json().get("status").asInt()).isEqualTo(status);
    assertThat(answer.json().get("detail").asText()).contains(detail);
  }

  @Test
  void bugIsAnsweredWithoutItsInsides() {
    var answer = Http.event(base, "shadow", "bug").send();

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text()).doesNotContain("secret");
  }

  @Test
  void sinkThatDoesNotAcceptMakesTheWholeDeliveryFail() {
    sink.failNext(1);

    var first = Http.event(base, "shadow", "several").send();
    var second = Http.event(base, "shadow", "several").send();

    assertThat(first.status()).isEqualTo(503);
    assertThat(first.header("retry-after")).isEqualTo("2");
    assertThat(second.status()).isEqualTo(200);
    assertThat(sink.events()).hasSize(2);
  }

  @Test
  void ofSeveralEventsTheLastIsTheReplyAndTheOthersGoToTheSink() {
    var answer = Http.event(base, "shadow", "several").with("ce-traceparent", "00-aa-bb-01").send();

    assertThat(answer.json().get("type").asText()).isEqualTo("dev.gnomon.shadow-failed.v1");
    assertThat(answer.json().get("correlationid").asText()).isEqualTo("several-e3");
    assertThat(sink.events())
        .extracting(e -> e.getType() + " " + e.getSubject() + " " + e.getSource())
        .containsExactly(
            "dev.gnomon.update-ready.v1 u1 /gnomon/shadow",
            "dev.gnomon.update-ready.v1 u2 /gnomon/shadow");
    assertThat(sink.events().getFirst().getExtension("traceparent")).isEqualTo("00-aa-bb-01");
    assertThat(sink.events().getFirst().getExtension("correlationid")).isEqualTo("u1");
    assertThat(sink.events().getFirst().getExtension("causationid")).isEqualTo("event-1");
    assertThat(sink.events().getFirst().getId()).isEqualTo("32c12100-929e-5da6-a096-24dc9a0e393f");
  }

  @Test
  void workRunsOnAVirtualThreadWithItsLogKeys() {
    Http.event(base, "shadow", "site").send();

    assertThat(seen.onVirtualThread()).isTrue();
    assertThat(seen.keys()).isEqualTo("event-1 site u9");
  }
}
