package dev.gnomon.runtime.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.Queries;
import dev.gnomon.verification.waits.Patience;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ApiEventTest {
  @TestHTTPResource("/")
  URI base;

  @Inject Queries queries;

  @AfterEach
  void back() {
    queries.away(false);
    queries.cacheAway(false);
    queries.patience(new CountDownLatch(0));
  }

  private Http.Answer get(String path) {
    return Http.request("GET", base, path).send();
  }

  private Http.Answer post(String path, String body) {
    return Http.request("POST", base, path)
        .with("Content-Type", "application/json; charset=utf-8")
        .body(body)
        .send();
  }

  @Test
  void queryRunsOnAVirtualThreadAndAnswersJson() {
    var answer = get("status");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(answer.text()).isEqualTo("{\"virtual\":true}");
  }

  @Test
  void answerWithATagIsNotSentTwice() {
    var first = get("routes/site");
    var second =
        Http.request("GET", base, "routes/site")
            .with("If-None-Match", "\"6\", W/" + first.header("etag"))
            .send();

    assertThat(first.header("etag")).isEqualTo("\"7\"");
    assertThat(second.status()).isEqualTo(304);
    assertThat(second.header("etag")).isEqualTo("\"7\"");
    assertThat(second.text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "routes/other,  404, not-found,   route of other",
        "routes/..%2Fx, 400, refused,     resource name must be",
        "points,        400, refused,     'resource' is missing",
        "away,          503, unavailable, redis is away"
      })
  void faultIsAProblem(String path, int status, String kind, String detail) {
    var answer = get(path);

    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:" + kind);
    assertThat(answer.json().get("detail").asText()).contains(detail);
  }

  @Test
  void longAnswerIsWrittenWhileItIsMade() {
    var answer = get("long/5000");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/x-test");
    assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
    assertThat(answer.response().body()).hasSize(5000 * 1024);
  }

  @Test
  void longAnswerThatFailsBeforeItsFirstPieceIsAProblem() {
    var answer = get("long/10?fails=1");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().get("detail").asText()).isEqualTo("the store went away");
  }

  @Test
  void longAnswerThatFailsLaterIsCut() {
    assertThatThrownBy(() -> get("long/5000?fails=1")).hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void commandGetsItsBody() {
    assertThat(post("automation", "{\"paused\":true}").text()).isEqualTo("{\"paused\":true}");
    assertThat(post("plans", "{\"resource\":\"site\",\"by\":\"person\"}").status()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          automation | {"paused":             | refused          | can't be read
          automation | {"paused":true,"x":1}  | refused          | can't be read
          plans      | {"resource":"site"}    | schema-violation | /by
          plans      | {"by":"person"}        | schema-violation | the body
          """)
  void bodyThatIsWrongIsRefused(String path, String body, String kind, String detail) {
    var answer = post(path, body);

    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:" + kind);
    assertThat(answer.json().get("detail").asText()).contains(detail);
  }

  @Test
  void whatIsGuardedByATokenAsksForItBeforeItLooksAtTheBody() {
    var without = post("guarded", "{\"paused\":");
    var wrong =
        Http.request("POST", base, "guarded")
            .with("Content-Type", "application/json")
            .with("Authorization", "Bearer 0123456789abcdeX")
            .body("{\"paused\":true}")
            .send();
    var right =
        Http.request("POST", base, "guarded")
            .with("Content-Type", "application/json")
            .with("Authorization", "Bearer 0123456789abcdef")
            .body("{\"paused\":true}")
            .send();

    assertThat(without.status()).isEqualTo(401);
    assertThat(without.json().get("type").asText()).isEqualTo("urn:gnomon:problem:unauthorized");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(right.status()).isEqualTo(204);
  }

  @Test
  void bodyOfAnotherTypeIsNotTaken() {
    var answer =
        Http.request("POST", base, "automation")
            .with("Content-Type", "text/plain")
            .body("{\"paused\":true}")
            .send();

    assertThat(answer.status()).isEqualTo(415);
  }

  @Test
  void rawBodyComesAsItWasSentWithEveryValueOfAHeader() throws Exception {
    byte[] body = {'{', (byte) 0xFF, 0, '\n', ' '};
    var request =
        java.net.http.HttpRequest.newBuilder(base.resolve("raw/one"))
            .header("Content-Type", "anything/else")
            .header("X-Two", "a")
            .header("X-Two", "b")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try (var client = http1()) {
      var answer = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(202);
      assertThat(answer.headers().firstValue("Location")).contains("/requests/one");
      assertThat(Http.JSON.readTree(answer.body()))
          .isEqualTo(Http.JSON.readTree("{\"bytes\":\"7bff000a20\",\"twice\":[\"a\",\"b\"]}"));
    }
  }

  /// An upgrade to HTTP/2 would drop the first of two values.
  private static java.net.http.HttpClient http1() {
    return java.net.http.HttpClient.newBuilder()
        .version(java.net.http.HttpClient.Version.HTTP_1_1)
        .build();
  }

  /// Nothing else of the server reads the body first.
  @Test
  void whoMayNotComeInIsAnsweredBeforeHisBodyIsThere() throws Exception {
    try (var socket = new java.net.Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              "POST /raw/stranger HTTP/1.1\r\nHost: here\r\nContent-Length: 900\r\n\r\n"
                  .getBytes(US_ASCII));

      byte[] begins = socket.getInputStream().readNBytes(12);

      assertThat(new String(begins, US_ASCII)).isEqualTo("HTTP/1.1 401");
    }
  }

  @Test
  void rawBodyThatIsTooLargeIsRefusedAsThat() {
    var taken = Http.request("POST", base, "raw/one").body(new byte[1000]).send();
    var refused = Http.request("POST", base, "raw/one").body(new byte[1001]).send();

    assertThat(taken.status()).isEqualTo(202);
    assertThat(refused.status()).as(refused.toString()).isEqualTo(413);
    assertThat(refused.json().get("type").asText()).isEqualTo("urn:gnomon:problem:body-too-large");
    assertThat(refused.json().get("detail").asText()).contains("1000");
  }

  @Test
  void bodyOfACommandThatIsTooLargeIsRefused() {
    var answer = post("automation", "{\"paused\":" + " ".repeat(1 << 20) + "true}");

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:body-too-large");
  }

  /// What says no length is counted while it comes.
  @Test
  void bodyOfACommandThatIsTooLargeAndSaysNoLengthIsRefused() throws Exception {
    byte[] body = ("{\"paused\":" + " ".repeat(1 << 20) + "true}").getBytes(US_ASCII);
    var request =
        java.net.http.HttpRequest.newBuilder(base.resolve("automation"))
            .header("Content-Type", "application/json")
            .POST(
                java.net.http.HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(body)))
            .build();
    try (var client = http1()) {
      var answer = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(413);
    }
  }

  @Test
  void readinessNamesTheDependencyThatIsAway() {
    Patience.await().until(() -> get("q/health/ready").status() == 200);
    queries.away(true);

    var answer = get("q/health/ready");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("test store").contains("the test store is away");
    assertThat(get("q/health/live").status()).isEqualTo(200);
  }

  @Test
  void readinessOnlyReportsWhatWorkGoesOnWithout() {
    queries.cacheAway(true);

    var answer = get("q/health/ready");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("work goes on without it: the cache is away");
  }

  @Test
  void aDependencyThatHangsIsNotWaitedFor() {
    queries.patience(new CountDownLatch(1));

    var answer = get("q/health/ready");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("slow store").contains("no answer in ");
    assertThat(get("q/health/live").status()).isEqualTo(200);
  }
}
