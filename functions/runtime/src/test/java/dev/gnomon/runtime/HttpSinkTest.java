package dev.gnomon.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.UpdateReady;
import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.settings.Settings;
import dev.gnomon.verification.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSinkTest {
  private static final Outgoing READY =
      Outgoing.of("updates/u1/ready", new UpdateReady("u1", List.of()));
  private static final Cause CAUSE =
      new Cause("update", Optional.of("cause-1"), Map.of("traceparent", "00-aa-bb-01"));

  private final List<JsonNode> received = Collections.synchronizedList(new ArrayList<>());
  private final List<Optional<String>> tokens = Collections.synchronizedList(new ArrayList<>());
  private final List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;

  /// Answers the statuses of `answers` in turn, then 202; 0 closes the connection instead.
  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          String token = exchange.getRequestHeaders().getFirst("Authorization");
          tokens.add(Optional.ofNullable(token));
          received.add(Http.JSON.readTree(exchange.getRequestBody()));
          int status = answers.isEmpty() ? 202 : answers.removeFirst();
          if (status > 0) {
            exchange.sendResponseHeaders(status, -1);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Emitter emitter(Map<String, String> more) {
    return emitter(more, new Authorities(Optional.empty(), Optional.empty()));
  }

  private Emitter emitter(Map<String, String> more, Authorities authorities) {
    Map<String, String> values = new HashMap<>();
    values.put("gnomon.events.max-bytes", "1048576");
    values.put("gnomon.events.max-running", "1");
    values.put("gnomon.events.body-within", "PT30S");
    values.put("gnomon.events.retry-after", "PT1S");
    values.put("gnomon.events.sink", "http://127.0.0.1:" + server.getAddress().getPort() + "/b");
    values.put("gnomon.events.sink-attempts", "3");
    values.put("gnomon.events.sink-timeout", "PT1M");
    values.put("gnomon.events.sink-backoff", "PT0.002S");
    values.put("gnomon.health.timeout", "PT1S");
    values.put("gnomon.api.open", "false");
    values.put("gnomon.log.json", "false");
    values.put("gnomon.traces.off", "true");
    values.put("gnomon.traces.endpoint", "http://127.0.0.1:4318");
    values.put("gnomon.traces.share", "1");
    values.putAll(more);
    Settings settings =
        new Settings(
            new RuntimeSettings().settings(),
            key -> Optional.ofNullable(values.get(key)),
            values.keySet());
    return new Emitter(
        new HttpSink(settings, authorities),
        EventTrouble.NONE,
        Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC),
        settings);
  }

  @Test
  void aSinkBehindTlsIsToldOnlyIfItsAuthorityIsNamed(@TempDir Path directory) throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(
        new HttpsConfigurator(authority.issue("here", "ip:127.0.0.1").context()));
    secure.createContext(
        "/",
        exchange -> {
          received.add(Http.JSON.readTree(exchange.getRequestBody()));
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    secure.start();
    try {
      Map<String, String> sink =
          Map.of("gnomon.events.sink", "https://127.0.0.1:" + secure.getAddress().getPort());
      assertThatExceptionOfType(NotAccepted.class)
          .isThrownBy(() -> emitter(sink).emit(READY, CAUSE))
          .withMessageContaining("not trusted")
          .withMessageContaining("SSL_CERT_FILE");
      assertThat(received).isEmpty();

      emitter(sink, new Authorities(Optional.of(authority.pem()), Optional.empty()))
          .emit(READY, CAUSE);

      assertThat(received).hasSize(1);

      Map<String, String> bound = new HashMap<>(sink);
      bound.put("gnomon.events.sink-authorities", Files.readString(authority.pem()));
      emitter(bound).emit(READY, CAUSE);

      assertThat(received).hasSize(2);

      Path bundles = Files.createDirectory(directory.resolve("knative-custom-certs"));
      Files.copy(authority.pem(), bundles.resolve("tls.crt"));
      Map<String, String> mounted = new HashMap<>(sink);
      mounted.put("gnomon.events.sink-authorities-directory", bundles.toString());
      emitter(mounted).emit(READY, CAUSE);

      assertThat(received).hasSize(3);
    } finally {
      secure.stop(0);
    }
  }

  @Test
  void eventArrivesWholeInStructuredMode() {
    emitter(Map.of("gnomon.events.overrides", "{\"extensions\":{\"team\":\"sre\"}}"))
        .emit(READY, CAUSE);

    JsonNode event = received.getFirst();
    assertThat(event.get("id").asText()).isEqualTo(READY.id());
    assertThat(event.get("type").asText()).isEqualTo("dev.gnomon.update-ready.v1");
    assertThat(event.get("source").asText()).isEqualTo("/gnomon/update");
    assertThat(event.get("subject").asText()).isEqualTo("u1");
    assertThat(event.get("time").asText()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(event.get("partitionkey").asText()).isEqualTo("u1");
    assertThat(event.get("correlationid").asText()).isEqualTo("u1");
    assertThat(event.get("causationid").asText()).isEqualTo("cause-1");
    assertThat(event.get("traceparent").asText()).isEqualTo("00-aa-bb-01");
    assertThat(event.get("team").asText()).isEqualTo("sre");
    assertThat(event.get("data").toString()).isEqualTo("{\"updateId\":\"u1\",\"points\":[]}");
  }

  @Test
  void theTokenOfTheMomentGoesAlong(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("token");
    Emitter emitter = emitter(Map.of("gnomon.events.sink-token", file.toString()));

    emitter.emit(READY, CAUSE);
    Files.writeString(file, "first.of-two_x\n");
    emitter.emit(READY, CAUSE);
    Files.writeString(file, "second");
    emitter.emit(READY, CAUSE);

    assertThat(tokens)
        .containsExactly(
            Optional.empty(), Optional.of("Bearer first.of-two_x"), Optional.of("Bearer second"));
  }

  @Test
  void aTokenThatIsNoneIsNeitherSentNorNamed(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "secret\r\nHost: elsewhere");
    Emitter emitter = emitter(Map.of("gnomon.events.sink-token", file.toString()));

    assertThatThrownBy(() -> emitter.emit(READY, CAUSE))
        .isInstanceOf(NotAccepted.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("secret");
    assertThat(received).isEmpty();
  }

  @Test
  void lostAndRetryableAnswersAreTriedAgainWithTheSameId() {
    answers.addAll(List.of(503, 0));

    emitter(Map.of()).emit(READY, CAUSE);

    assertThat(received).hasSize(3);
    assertThat(received).extracting(event -> event.get("id").asText()).containsOnly(READY.id());
  }

  @Test
  void attemptsAreBounded() {
    answers.addAll(List.of(500, 429, 404, 202));

    assertThatThrownBy(() -> emitter(Map.of()).emit(READY, CAUSE))
        .isInstanceOfSatisfying(NotAccepted.class, e -> assertThat(e.mayBeRetried()).isTrue())
        .hasMessageContaining("answered 404")
        .hasMessageContaining(READY.id());
    assertThat(received).hasSize(3);
  }

  @Test
  void refusalIsFinal() {
    answers.addAll(List.of(400));

    assertThatThrownBy(() -> emitter(Map.of()).emit(READY, CAUSE))
        .isInstanceOfSatisfying(NotAccepted.class, e -> assertThat(e.mayBeRetried()).isFalse());
    assertThat(received).hasSize(1);
  }

  @Test
  void sinkThatIsNotThereIsTriedAgainAndThenSaid() throws Exception {
    // Bound and not listening, so that nobody else begins to answer there.
    try (Socket closed = new Socket()) {
      closed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String nobody = "http://127.0.0.1:" + closed.getLocalPort() + "/b";

      assertThatThrownBy(() -> emitter(Map.of("gnomon.events.sink", nobody)).emit(READY, CAUSE))
          .isInstanceOfSatisfying(NotAccepted.class, e -> assertThat(e.mayBeRetried()).isTrue())
          .hasMessageContaining("did not answer");
    }
  }

  @Test
  void missingSinkIsSaidWhenItIsNeeded() {
    assertThatThrownBy(() -> emitter(Map.of("gnomon.events.sink", "")).emit(READY, CAUSE))
        .hasMessageContaining("K_SINK");
  }

  @Test
  void authoritiesThatAreNoneAreAnErrorOfTheSettings() {
    String broken = "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n";
    for (String none : List.of("no certificate", broken)) {
      assertThatThrownBy(() -> emitter(Map.of("gnomon.events.sink-authorities", none)))
          .hasMessageContaining("gnomon.events.sink-authorities: ")
          .hasMessageContaining("expected certificates in PEM");
    }
  }

  @Test
  void badOverridesAreAnErrorOfTheSettings() {
    assertThatThrownBy(
            () -> emitter(Map.of("gnomon.events.overrides", "{\"extensions\":{\"A_b\":\"x\"}}")))
        .hasMessageContaining("gnomon.events.overrides: expected names of a-z and 0-9");
    assertThatThrownBy(() -> emitter(Map.of("gnomon.events.overrides", "{")))
        .hasMessageContaining("gnomon.events.overrides: is not JSON");
  }
}
