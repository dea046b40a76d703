package dev.gnomon.runtime.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A door that lets everybody in but a stranger, and who waits in front of it.
class DoorstepTest {
  private static final int MAX_BYTES = 1000;
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int PATIENCE_MILLIS = 60_000;

  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    executor.close();
  }

  private int listening(Duration bodyWithin, long bodiesAtMost) throws Exception {
    Router router = Router.router(vertx);
    new Doorstep(executor, Duration.ofSeconds(7), bodyWithin, bodiesAtMost)
        .take(
            router,
            "/raw/:name",
            request -> {
              if (request.path("name", text -> text).equals("stranger")) {
                throw Rejection.of(ProblemKind.UNAUTHORIZED, "not you");
              }
            },
            MAX_BYTES,
            (context, body) -> context.response().end(Buffer.buffer(body.length + " bytes")));
    HttpServer server = vertx.createHttpServer().requestHandler(router);
    return server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES)
        .actualPort();
  }

  /// A connection of which every byte is seen.
  private record Line(Socket socket, InputStream in) implements AutoCloseable {
    static Line to(int port) throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return new Line(socket, new BufferedInputStream(socket.getInputStream()));
    }

    Line says(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
      socket.getOutputStream().flush();
      return this;
    }

    Line posts(String name, String header, String body) throws IOException {
      return says(
          "POST /raw/%s HTTP/1.1\r\nHost: here\r\n%s\r\n\r\n%s".formatted(name, header, body));
    }

    /// The head of an answer; its body is read over.
    String answer() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("the end, after: " + head);
        }
        head.append((char) next);
      }
      for (String line : head.toString().split("\r\n")) {
        if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: ")) {
          in.skipNBytes(Long.parseLong(line.substring("content-length: ".length())));
        }
      }
      return head.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void whoMayNotComeInIsAnsweredBeforeHeSendsABody() throws Exception {
    int port = listening(LONG, 10_000);
    try (Line line = Line.to(port)) {
      assertThat(line.posts("stranger", "Content-Length: 900", "").answer())
          .startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void aBodyThatSaysItIsTooLargeIsNotWaitedFor() throws Exception {
    int port = listening(LONG, 10_000);
    try (Line line = Line.to(port)) {
      assertThat(line.posts("friend", "Content-Length: 1001", "").answer())
          .startsWith("HTTP/1.1 413");
    }
    try (Line line = Line.to(port)) {
      assertThat(line.posts("friend", "Content-Length: 99999999999999999999", "").answer())
          .startsWith("HTTP/1.1 4");
    }
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsNotReadToItsEnd() throws Exception {
    int port = listening(LONG, 10_000);
    try (Line line = Line.to(port)) {
      assertThat(
              line.posts("friend", "Transfer-Encoding: chunked", "3e9\r\n" + "x".repeat(1001))
                  .answer())
          .startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aLittleThatNobodyWantsLeavesTheConnectionInUse() throws Exception {
    int port = listening(LONG, 10_000);
    try (Line line = Line.to(port)) {
      line.posts("stranger", "Content-Length: 900", "x".repeat(900));
      assertThat(line.answer()).startsWith("HTTP/1.1 401");

      assertThat(line.posts("friend", "Content-Length: 3", "abc").answer())
          .startsWith("HTTP/1.1 200");
    }
  }

  /// Many clients send all of a body before they look for an answer.
  @Test
  void whoSendsALittleTooMuchSeesTheAnswer() throws Exception {
    int port = listening(LONG, 10_000);
    try (Line line = Line.to(port)) {
      line.posts("friend", "Content-Length: 1000000", "x".repeat(1_000_000));
      assertThat(line.answer()).startsWith("HTTP/1.1 413");

      assertThat(line.posts("friend", "Content-Length: 3", "abc").answer())
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whoSendsFarTooMuchIsCutOff() throws Exception {
    int port = listening(LONG, 10_000);
    try (Line line = Line.to(port)) {
      line.posts("stranger", "Content-Length: 100000000", "");
      assertThat(line.answer()).startsWith("HTTP/1.1 401");

      assertThatThrownBy(() -> line.says("x".repeat(50_000_000))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whoNeverSendsWhatNobodyWantsIsCutOff() throws Exception {
    int port = listening(LONG, 10_000);
    try (Line line = Line.to(port)) {
      assertThat(line.posts("stranger", "Content-Length: 900", "").answer())
          .startsWith("HTTP/1.1 401");

      assertThat(line.in().read()).isEqualTo(-1);
    }
  }

  @Test
  void aBodyThatDripsIsNotWaitedForForEver() throws Exception {
    int port = listening(Duration.ofMillis(300), 10_000);
    try (Line line = Line.to(port)) {
      assertThat(line.posts("friend", "Content-Length: 900", "x").answer())
          .startsWith("HTTP/1.1 408");
    }
  }

  @Test
  void manyBodiesTogetherHoldNoMoreThanTheyMayAndGiveItBack() throws Exception {
    int port = listening(LONG, 1200);
    try (Line one = Line.to(port);
        Line other = Line.to(port)) {
      one.posts("friend", "Content-Length: 900", "x".repeat(899));
      String busy = "";
      // Until the bytes of the first one have come.
      while (!busy.startsWith("HTTP/1.1 429")) {
        busy = other.posts("friend", "Content-Length: 400", "x".repeat(400)).answer();
      }
      assertThat(busy).containsIgnoringCase("retry-after: 7");

      assertThat(one.says("x").answer()).startsWith("HTTP/1.1 200");
      String later = "";
      while (!later.startsWith("HTTP/1.1 200")) {
        later = other.posts("friend", "Content-Length: 1000", "x".repeat(1000)).answer();
      }
    }
  }
}
