package dev.gnomon.runtime.oidc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.gnomon.verification.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jose4j.jwk.PublicJsonWebKey;

/// An issuer as an API server is one: it answers by HTTPS with a certificate of its own authority.
final class TestIssuer implements AutoCloseable {
  private static final String DISCOVERY = "/.well-known/openid-configuration";
  private static final String KEYS = "/openid/v1/jwks";

  /// How a path is answered.
  interface Answering {
    void to(HttpExchange exchange) throws IOException;
  }

  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  final AtomicReference<Answering> discovery = new AtomicReference<>();
  final AtomicReference<Answering> keys = new AtomicReference<>();
  private final TestAuthority authority;
  private final HttpsServer server;

  TestIssuer(Path directory) {
    try {
      authority = new TestAuthority(directory);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(authority.issue("issuer", "ip:127.0.0.1").context()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(DISCOVERY, exchange -> answer(exchange, discovery.get()));
    server.createContext(KEYS, exchange -> answer(exchange, keys.get()));
    server.start();
    discovery.set(
        text("{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(Tokens.ISSUER, keysUri())));
    publish();
  }

  private void answer(HttpExchange exchange, Answering how) throws IOException {
    try (exchange) {
      asked.add(
          exchange.getRequestURI().getPath()
              + " "
              + exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
      how.to(exchange);
    }
  }

  void publish(PublicJsonWebKey... all) {
    keys.set(text(Tokens.published(List.of(all))));
  }

  static Answering text(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return exchange -> {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  static Answering status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  Path authority() {
    return authority.pem();
  }

  URI discoveryUri() {
    return at(DISCOVERY);
  }

  URI keysUri() {
    return at(KEYS);
  }

  private URI at(String path) {
    return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
