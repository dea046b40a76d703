package dev.gnomon.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.Seen;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which event reaches which function, and what data it may have.
@QuarkusTest
class DeliveryEventTest {
  private static final String FAILED =
      "{\"resource\":\"site\",\"kind\":\"command\",\"reason\":\"r\"}";

  @TestHTTPResource("/")
  URI base;

  @Inject Seen seen;

  @BeforeEach
  void clear() {
    seen.clear();
  }

  private Http failed(String path) {
    return Http.event(base, path, "site")
        .with("ce-type", "dev.gnomon.shadow-failed.v1")
        .body(FAILED);
  }

  private void assertRefused(Http.Answer answer, String kind, String detail) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:" + kind);
    assertThat(answer.json().get("detail").asText()).contains(detail);
    assertThat(seen.delivered()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"update", "notify"})
  void sameTypeReachesTheFunctionOfItsPath(String path) {
    var answer = failed(path).send();

    assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
    assertThat(seen.delivered()).extracting(Seen.Delivered::function).containsExactly(path);
  }

  @Test
  void pathThatASenderClaimsIsReplaced() {
    failed("update").with("ce-gnomonpath", "notify").send();

    assertThat(seen.delivered()).extracting(Seen.Delivered::function).containsExactly("update");
  }

  @Test
  void trailingSlashAndQueryDoNotMatter() {
    assertThat(failed("update/?x=1").send().status()).isEqualTo(204);
  }

  @Test
  void typeThatNobodyTakesAtThisPathIsRefused() {
    assertRefused(failed("shadow").send(), "not-handled-here", "at /shadow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nowhere", "shadow/deeper", "update-shadow-failed"})
  void eventAtAPathThatIsNoneIsRefusedForGood(String path) {
    assertRefused(failed(path).send(), "not-handled-here", "is not a path");
  }

  @Test
  void functionCanNotBeCalledPastTheGate() {
    var plain =
        Http.request("POST", base, "update-shadow-failed")
            .with("Content-Type", "application/json")
            .body(FAILED)
            .send();
    var get = Http.request("GET", base, "update-shadow-failed?resource=site").send();

    assertThat(plain.status()).isEqualTo(400);
    assertThat(get.status()).isEqualTo(404);
    assertThat(seen.delivered()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.gnomon.shadow-requested.v2", "com.example.unknown", "*"})
  void unknownTypeIsRefused(String type) {
    assertRefused(
        Http.event(base, "shadow", "site").with("ce-type", type).send(), "unknown-type", type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"resource":"site"}                                 | /kind
          {"resource":"../etc","kind":"command"}              | /resource
          {"resource":"site","kind":"command","extra":1}      | /extra
          {"resource":null,"kind":"command"}                  | /resource
          {"resource":"site","kind":"update"}                 | /updateId
          null                                                | expected
          []                                                  | expected
          {"resource":"site","kind":"command"                 | malformed JSON
          {"resource":"site","kind":"command"}}               | malformed JSON
          {"resource":"a","resource":"b","kind":"command"}    | malformed JSON
          """)
  void dataThatBreaksItsSchemaIsRefusedWithTheField(String data, String where) {
    assertRefused(
        Http.event(base, "shadow", "x").body(data).send(),
        "schema-violation",
        where.equals("expected") ? "data" : where);
  }

  @Test
  void everyBrokenFieldIsNamed() {
    var answer = Http.event(base, "shadow", "x").body("{\"resource\":\"A\",\"kind\":\"x\"}").send();

    assertThat(answer.json().get("errors"))
        .extracting(error -> error.get("pointer").asText())
        .contains("#/resource", "#/kind");
  }

  @Test
  void dataThatIsMissingIsRefused() {
    assertRefused(
        Http.event(base, "shadow", "x").body("").send(), "schema-violation", "data is missing");
    assertRefused(
        Http.structured(
                base,
                "shadow",
                "{\"specversion\":\"1.0\",\"type\":\"dev.gnomon.shadow-requested.v1\","
                    + "\"source\":\"/t\",\"id\":\"1\",\"data\":null}")
            .send(),
        "schema-violation",
        "data is missing");
  }

  @Test
  void dataThatIsNotJsonIsRefused() {
    assertRefused(
        Http.event(base, "shadow", "x").with("Content-Type", "text/plain").send(),
        "schema-violation",
        "expected JSON, found text/plain");
    assertRefused(
        Http.event(base, "shadow", "x")
            .body("{\"resource\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1))
            .send(),
        "not-a-cloudevent",
        "not valid UTF-8");
  }

  @Test
  void base64DataIsReadAsJson() {
    var answer =
        Http.structured(
                base,
                "shadow",
                "{\"specversion\":\"1.0\",\"type\":\"dev.gnomon.shadow-requested.v1\","
                    + "\"source\":\"/t\",\"id\":\"1\",\"datacontenttype\":\"application/json\","
                    + "\"data_base64\":\""
                    + java.util.Base64.getEncoder()
                        .encodeToString(
                            "{\"resource\":\"site\",\"kind\":\"command\"}"
                                .getBytes(StandardCharsets.UTF_8))
                    + "\"}")
            .send();

    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  @Test
  void eventOverTheLimitIsRefusedForGood() {
    assertRefused(
        Http.event(base, "shadow", "site").body(" ".repeat(1_048_577)).send(),
        "too-large",
        "at most 1048576");
  }

  @Test
  void pingSourceStandsForTheSweepThatItNames() {
    var ping =
        Http.request("POST", base, "update")
            .with("ce-specversion", "1.0")
            .with("ce-type", "dev.knative.sources.ping")
            .with("ce-source", "/apis/v1/namespaces/gnomon/pingsources/sweep-due")
            .with("ce-id", "p1")
            .with("Content-Type", "application/json")
            .body("{}");

    assertThat(ping.with("ce-gnomontype", "dev.gnomon.sweep-due.v1").send().status())
        .isEqualTo(204);
    assertThat(seen.only().type()).isEqualTo("dev.gnomon.sweep-due.v1");
    seen.clear();
    assertRefused(
        ping.with("ce-gnomontype", "dev.gnomon.shadow-failed.v1").body(FAILED).send(),
        "unknown-type",
        "dev.knative.sources.ping");
  }
}
