package dev.gnomon.store.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Vault's transit engine behind TLS, with an authority that only the test knows.
class VaultTlsTest {
  private static final byte[] ABOUT = "of this store".getBytes(UTF_8);

  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>(Map.of("VAULT_TOKEN", "s.secret"));
  private final AtomicInteger asked = new AtomicInteger();
  private TestAuthority authority;
  private HttpsServer server;

  @BeforeEach
  void anAuthority() throws Exception {
    authority = new TestAuthority(directory.resolve("authority"));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/transit/", this::answer);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /// Wraps by a prefix: what is looked at here is the way, not the cipher.
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.incrementAndGet();
      JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody());
      boolean wraps = exchange.getRequestURI().getPath().equals("/v1/transit/encrypt/gnomon");
      String field = wraps ? "ciphertext" : "plaintext";
      String text =
          wraps
              ? "vault:v1:" + request.path("plaintext").asText()
              : request.path("ciphertext").asText().substring("vault:v1:".length());
      byte[] body = Json.MAPPER.writeValueAsBytes(Map.of("data", Map.of(field, text)));
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private MasterKey served(TestAuthority.Issued issued) throws Exception {
    server.setHttpsConfigurator(new HttpsConfigurator(issued.context()));
    server.start();
    return new MasterKeys(environment::get)
        .open(
            "vault+https://127.0.0.1:%d/v1/transit/keys/gnomon"
                .formatted(server.getAddress().getPort()));
  }

  private void assertRefused(MasterKey key, Kind kind, String why) {
    assertThatThrownBy(() -> key.wrap(new byte[32], ABOUT))
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining("vault+https://127.0.0.1:" + server.getAddress().getPort())
        .hasMessageContaining(why)
        .hasMessageNotContaining("s.secret");
    assertThat(asked).as("nothing was told").hasValue(0);
  }

  @Test
  void aVaultWhoseAuthorityIsNamedWrapsAndUnwraps() throws Exception {
    environment.put("SSL_CERT_FILE", authority.pem().toString());
    MasterKey key = served(authority.issue("here", "ip:127.0.0.1"));
    byte[] dataKey = new byte[32];
    dataKey[7] = 7;

    byte[] wrapped = key.wrap(dataKey, ABOUT);

    assertThat(key.unwrap(wrapped, ABOUT)).isEqualTo(dataKey);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aVaultWhoseAuthorityNobodyNamedIsToldNothing() throws Exception {
    assertRefused(served(authority.issue("here", "ip:127.0.0.1")), Kind.PERMANENT, "SSL_CERT_FILE");
  }

  @Test
  void aVaultOfAnotherAuthorityIsToldNothing() throws Exception {
    TestAuthority other = new TestAuthority(directory.resolve("other"));
    environment.put("SSL_CERT_FILE", other.pem().toString());

    assertRefused(
        served(authority.issue("here", "ip:127.0.0.1")), Kind.PERMANENT, "is not trusted");
  }

  @Test
  void aVaultOfAnotherNameIsToldNothing() throws Exception {
    environment.put("SSL_CERT_FILE", authority.pem().toString());

    assertRefused(
        served(authority.issue("elsewhere", "dns:elsewhere.example")),
        Kind.PERMANENT,
        "is for other names");
  }

  @Test
  void aFileWithoutCertificatesIsNamedBeforeAnythingIsAsked() throws Exception {
    Path file = Files.writeString(directory.resolve("empty.pem"), "");
    environment.put("SSL_CERT_FILE", file.toString());

    assertThatThrownBy(() -> served(authority.issue("here", "ip:127.0.0.1")))
        .hasMessageContaining("SSL_CERT_FILE")
        .hasMessageContaining(file.toString());
  }
}
