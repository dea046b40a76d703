package dev.gnomon.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.objects.ObjectName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server that has every name taken, by objects whose bodies never end.
class EndlessObjectTest {
  private static final long ANNOUNCED = 100_000_000_000_000_000L;
  private static final byte[] TAKEN =
      "<?xml version=\"1.0\"?><Error><Code>PreconditionFailed</Code><Message>m</Message></Error>"
          .getBytes(UTF_8);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", EndlessObjectTest::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
      switch (exchange.getRequestMethod()) {
        case "GET" -> {
          exchange.sendResponseHeaders(200, ANNOUNCED);
          OutputStream body = exchange.getResponseBody();
          byte[] some = new byte[1 << 16];
          for (long sent = 0; sent < ANNOUNCED; sent += some.length) {
            body.write(some); // fails when the client has gone
          }
        }
        case "HEAD" -> {
          exchange.getResponseHeaders().add("Content-Length", "1234");
          exchange.sendResponseHeaders(200, -1);
        }
        default -> {
          exchange.getResponseHeaders().add("Content-Type", "application/xml");
          exchange.sendResponseHeaders(412, TAKEN.length);
          exchange.getResponseBody().write(TAKEN);
        }
      }
    }
  }

  @Test
  @Timeout(30)
  void aPutThatFindsItsNameTakenReadsNoMoreThanItSent() {
    S3Settings settings =
        S3ObjectStores.settings(
            URI.create("s3+http://127.0.0.1:%d/bucket".formatted(server.getAddress().getPort())),
            "key",
            "secret",
            "");
    try (S3ObjectStore store = S3ObjectStore.open(settings)) {
      assertThatThrownBy(
              () -> store.put(new ObjectName("packs/p1"), new ByteArrayInputStream(new byte[5])))
          .hasMessageContaining("expected a free name for 5 bytes, found an object of 1234 bytes");
    }
  }
}
