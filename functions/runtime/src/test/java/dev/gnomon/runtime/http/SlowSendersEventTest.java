package dev.gnomon.runtime.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.Seen;
import dev.gnomon.verification.waits.Patience;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(SlowSendersEventTest.Strict.class)
class SlowSendersEventTest {
  private static final int PATIENCE_MILLIS = 60_000;

  public static class Strict implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("gnomon.events.body-within", "PT1S");
    }
  }

  @TestHTTPResource("/")
  URI base;

  @Inject Seen seen;

  @AfterEach
  void goOn() {
    seen.openGate();
    seen.clear();
  }

  /// What a sender of a part of a request is answered, until the connection is closed.
  private String answer(String sent) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName(base.getHost()), base.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(sent.getBytes(US_ASCII));
      socket.getOutputStream().flush();
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      StringBuilder all = new StringBuilder();
      for (int next = in.read(); next >= 0; next = in.read()) {
        all.append((char) next);
      }
      return all.toString();
    }
  }

  private String beginning(String sent) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName(base.getHost()), base.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(sent.getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), US_ASCII);
    }
  }

  private static String begun(String path) {
    return """
    POST %s HTTP/1.1\r
    Host: gnomon\r
    Content-Type: application/json\r
    ce-specversion: 1.0\r
    ce-id: 1\r
    ce-source: /test\r
    ce-type: dev.gnomon.shadow-requested.v1\r
    Content-Length: 1000\r
    \r
    {"paused\
    """
        .formatted(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/shadow", "/nowhere"})
  void aBodyThatDoesNotComeIsNotWaitedForForEver(String path) throws IOException {
    assertThat(answer(begun(path)))
        .startsWith("HTTP/1.1 408")
        .contains("urn:gnomon:problem:too-slow", "within 1 s");
    assertThat(Http.event(base, "shadow", "site").send().status()).isEqualTo(200);
  }

  @Test
  void workMayTakeLongerThanTheBody() throws IOException {
    seen.clear();
    seen.closeGate();
    var working = CompletableFuture.supplyAsync(() -> Http.event(base, "shadow", "waits").send());
    Patience.await().until(() -> !seen.delivered().isEmpty());

    // It began later, and is cut off while the other goes on.
    assertThat(answer(begun("/nowhere"))).startsWith("HTTP/1.1 408");
    assertThat(working).isNotDone();
    seen.openGate();

    assertThat(working.join().status()).isEqualTo(200);
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws IOException {
    assertThat(
            answer(
                "GET /status HTTP/1.1\r\nHost: gnomon\r\nX-Long: %s\r\n\r\n"
                    .formatted("x".repeat(30_000))))
        .startsWith("HTTP/1.1 431");
    assertThat(answer("GET /%s HTTP/1.1\r\nHost: gnomon\r\n\r\n".formatted("x".repeat(5_000))))
        .matches("(?s)HTTP/1.[01] 414.*");
  }

  @Test
  void httpTwoIsNotSpoken() throws IOException {
    String known = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    String upgrade =
        """
        GET /q/health/live HTTP/1.1\r
        Host: gnomon\r
        Connection: Upgrade, HTTP2-Settings\r
        Upgrade: h2c\r
        HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r
        \r
        """;

    // An answer in text, where one that speaks it would send frames, or 101.
    assertThat(beginning(known)).isEqualTo("HTTP/2.0 400");
    assertThat(beginning(upgrade)).isEqualTo("HTTP/1.1 200");
  }
}
