package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People are told by the stack of one machine, and what could not be told is shown and sent again
/// by commands.
class NoticesProcessIT {
  private static final String KEY = "signing-key-SECRET";
  private static final String FAILED =
      "{\"resource\": \"site\", \"kind\": \"command\", \"reason\": \"the disk is full\"}";

  @TempDir Path directory;
  private HttpServer receiver;

  private record Received(String path, String signature, String timestamp, String body) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile int chatAnswers = 404;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", this::take);
    receiver.start();
  }

  @AfterEach
  void end() throws Exception {
    receiver.stop(0);
    Scene.unfence(directory);
  }

  private void take(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    var headers = exchange.getRequestHeaders();
    received.add(
        new Received(
            path,
            String.valueOf(headers.getFirst("Gnomon-Signature")),
            String.valueOf(headers.getFirst("Gnomon-Timestamp")),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    int status = path.startsWith("/chat") ? chatAnswers : 200;
    byte[] body = (status == 200 ? "ok" : "no_service").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private List<Received> at(String path) {
    return received.stream().filter(one -> one.path().startsWith(path)).toList();
  }

  @Test
  void peopleAreToldOnceAndDeadLettersAreSentAgainByCommand() throws Exception {
    String base = "http://127.0.0.1:" + receiver.getAddress().getPort();
    Scene scene =
        Scene.of(
            directory,
            Scene.smallest()
                + """
                notifications:
                  - { slack: env:CHAT_URL, name: chat }
                  - { generic: "BASE/hook", secret: env:SIGNING_KEY, name: receiver }
                """
                    .replace("BASE", base));
    Map<String, String> environment = Map.of("CHAT_URL", base + "/chat/SECRET", "SIGNING_KEY", KEY);

    try (RunningStack stack = RunningStack.start(scene, environment)) {
      for (int i = 0; i < 3; i++) {
        assertThat(stack.event("e1", "shadow-failed", FAILED)).isBetween(200, 299);
      }
      Patience.await().untilAsserted(() -> assertThat(dead(stack)).isEqualTo(1));
      Patience.await().untilAsserted(() -> assertThat(at("/hook")).hasSize(1));

      Received told = at("/hook").getFirst();
      assertThat(told.signature()).isEqualTo("v1=" + signature(told));
      JsonNode notice = Json.MAPPER.readTree(told.body());
      assertThat(notice.path("kind").asText()).isEqualTo("shadow-failed");
      assertThat(notice.path("text").asText()).contains("the disk is full");
      String key = notice.path("id").asText();

      assertThat(scene.gnomon("status").out())
          .contains("1 notice was not delivered:", key, "it answered 404: no_service");
      assertThat(scene.gnomon("notices", "list").out()).contains(key, "chat");
      assertThat(scene.gnomon("notices", "show", key).out())
          .containsPattern("chat +dead")
          .containsPattern("receiver +sent");
      assertThat(stack.get("/q/metrics").body())
          .containsPattern("gnomon_notices_total\\{[^}]*outcome=\"dead\"[^}]*\\} 1.0")
          .containsPattern("gnomon_notices_total\\{[^}]*outcome=\"sent\"[^}]*\\} 1.0");

      chatAnswers = 200;
      Shell replay = scene.gnomon("notices", "replay", key);
      assertThat(replay.out()).contains(key + " is sent to chat again");
      Patience.await().untilAsserted(() -> assertThat(dead(stack)).isZero());
      Patience.await()
          .untilAsserted(() ->
              assertThat(scene.gnomon("notices", "show", key).out()).containsPattern("chat +sent"));

      assertThat(at("/hook")).hasSize(1);
      assertThat(at("/chat")).hasSize(2);
      assertThat(scene.gnomon("status").out()).doesNotContain("not delivered");
      assertThat(scene.gnomon("notices", "drop", key).err()).contains("not undelivered");
      assertThat(stack.output()).doesNotContain("SECRET");
    }
  }

  private static int dead(RunningStack stack) throws InterruptedException {
    return stack.find("/notices").map(one -> one.path("dead").asInt()).orElse(-1);
  }

  private static String signature(Received told) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signed = told.timestamp() + "." + told.body();
    return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }
}
