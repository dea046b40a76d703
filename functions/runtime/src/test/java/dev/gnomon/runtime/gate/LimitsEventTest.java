package dev.gnomon.runtime.gate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.Seen;
import dev.gnomon.runtime.logs.LogKeys;
import dev.gnomon.verification.waits.Patience;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Back-pressure, metrics and JSON logs, in an application with settings of its own.
@QuarkusTest
@TestProfile(LimitsEventTest.Narrow.class)
class LimitsEventTest {
  public static class Narrow implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "gnomon.events.max-running", "1",
          "gnomon.events.max-bytes", "70000",
          "gnomon.events.retry-after", "PT7S",
          "gnomon.log.json", "true");
    }
  }

  @TestHTTPResource("/")
  URI base;

  @Inject Seen seen;

  @BeforeEach
  void clear() {
    seen.clear();
  }

  @Test
  void eventThatFindsNoRoomIsTriedAgainLater() {
    seen.closeGate();
    var running = CompletableFuture.supplyAsync(() -> Http.event(base, "shadow", "waits").send());
    Patience.await().until(() -> !seen.delivered().isEmpty());

    var second = Http.event(base, "shadow", "site").send();
    seen.openGate();

    assertThat(second.status()).isEqualTo(429);
    assertThat(second.header("retry-after")).isEqualTo("7");
    assertThat(running.join().status()).isEqualTo(200);
    Patience.await()
        .untilAsserted(
            () -> assertThat(Http.event(base, "shadow", "site").send().status()).isEqualTo(200));
  }

  @Test
  void limitIsASetting() {
    var answer = Http.event(base, "shadow", "site").body(" ".repeat(70_001)).send();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("70000");
  }

  @Test
  void bodyBeyondWhatTheServerReadsIsFinalToo() {
    var answer = Http.event(base, "shadow", "site").body(new byte[17 * 1024 * 1024]).send();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:too-large");
  }

  /// Each of them stays below the limit of one, and they never send the last byte.
  @ParameterizedTest
  @ValueSource(strings = {"shadow", "nowhere"})
  void bodiesThatComeAtOnceHaveABoundTogether(String path) throws IOException {
    List<Socket> senders = new ArrayList<>();
    try {
      byte[] most = new byte[69_999];
      for (int i = 0; i < 600; i++) {
        Socket sender = new Socket(InetAddress.getByName(base.getHost()), base.getPort());
        senders.add(sender);
        sender
            .getOutputStream()
            .write(
                ("POST /" + path + " HTTP/1.1\r\nHost: gnomon\r\nContent-Length: 70000\r\n\r\n")
                    .getBytes(US_ASCII));
        sender.getOutputStream().write(most);
      }

      Patience.await()
          .untilAsserted(() ->
              assertThat(senders.stream().map(LimitsEventTest::said))
                  .anyMatch(answer ->
                      answer.startsWith("HTTP/1.1 429") && answer.contains("too many bodies")));
    } finally {
      for (Socket sender : senders) {
        sender.close();
      }
    }
    Patience.await()
        .untilAsserted(
            () -> assertThat(Http.event(base, "shadow", "site").send().status()).isEqualTo(200));
  }

  private static String said(Socket sender) {
    try {
      return new String(
          sender.getInputStream().readNBytes(sender.getInputStream().available()), US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void eventsAreCountedByTypeFunctionAndOutcome() {
    // Sent again if the one before still takes the only place, for a moment after its answer.
    Patience.await()
        .untilAsserted(() -> {
          Http.event(base, "shadow", "site").send();
          Http.event(base, "shadow", "refused").send();
          Http.event(base, "shadow", "site").with("ce-type", "made.up").send();
          String metrics = Http.request("GET", base, "q/metrics").send().text();
          assertThat(metrics)
              .containsPattern(
                  "gnomon_events_total\\{function=\"shadow-requested\",outcome=\"replied\","
                      + "type=\"dev.gnomon.shadow-requested.v1\"\\}")
              .containsPattern(
                  "gnomon_events_total\\{function=\"shadow-requested\",outcome=\"refused\"")
              .contains("gnomon_handler_seconds_count{function=\"shadow-requested\"}")
              .doesNotContain("made.up");
        });
  }

  @Test
  void logLinesAreJsonWithTheAgreedKeys() throws Exception {
    var handler =
        Arrays.stream(java.util.logging.Logger.getLogger("").getHandlers())
            .flatMap(h ->
                h instanceof org.jboss.logmanager.ExtHandler ext
                    ? java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(ext), Arrays.stream(ext.getHandlers()))
                    : java.util.stream.Stream.of(h))
            .filter(h -> h.getClass().getSimpleName().contains("Console"))
            .findFirst()
            .orElseThrow();
    ExtLogRecord line = new ExtLogRecord(Level.INFO, "route switched", "dev.gnomon.Test");
    try (var keys = new LogKeys()) {
      keys.with(LogKeys.EVENT_ID, "e1").with(LogKeys.RESOURCE, "site").with(LogKeys.EPOCH, 4);
      line.copyMdc();
    }

    JsonNode json = Http.JSON.readTree(handler.getFormatter().format(line));

    assertThat(json.get("message").asText()).isEqualTo("route switched");
    assertThat(json.at("/mdc/eventId").asText()).isEqualTo("e1");
    assertThat(json.at("/mdc/resource").asText()).isEqualTo("site");
    assertThat(json.at("/mdc/epoch").asText()).isEqualTo("4");
  }
}
