package dev.gnomon.verification.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.gnomon.core.tls.Authorities;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that speaks to nobody who does not show a certificate of its authority.
class ClientKeysTest {
  private static final String STORE = "javax.net.ssl.keyStore";

  @TempDir Path directory;
  private TestAuthority authority;
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    authority = new TestAuthority(directory);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = context(authority.issue("server", "ip:127.0.0.1"));
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters strict = context.getDefaultSSLParameters();
            strict.setNeedClientAuth(true);
            parameters.setSSLParameters(strict);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
    List.of(STORE, STORE + "Password", STORE + "Type").forEach(System::clearProperty);
  }

  private SSLContext context(TestAuthority.Issued issued) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(issued.store())) {
      keys.load(in, TestAuthority.PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, TestAuthority.PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), named().factory().getTrustManagers(), null);
    return context;
  }

  private Authorities named() {
    return new Authorities(Optional.of(authority.pem()), Optional.empty());
  }

  private int ask() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(named().context()).build()) {
      URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void theKeyOfTheJdksPropertiesIsShownAlsoWhereAuthoritiesAreNamed() throws Exception {
    assertThatIOException().isThrownBy(this::ask);

    System.setProperty(STORE, authority.issue("client", "dns:client").store().toString());
    System.setProperty(STORE + "Password", TestAuthority.PASSWORD);
    System.setProperty(STORE + "Type", "PKCS12");

    assertThat(ask()).isEqualTo(204);
  }

  @Test
  void aStoreThatCantBeReadIsNamedAndItsPasswordIsNot() throws Exception {
    Path store = authority.issue("client", "dns:client").store();
    System.setProperty(STORE, store.toString());
    System.setProperty(STORE + "Password", "wrong-one");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> named().context())
        .withMessageContaining(STORE + " names " + store)
        .withMessageNotContaining("wrong-one");
  }
}
