package dev.gnomon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.gnomon.verification.tls.TestAuthority;
import dev.gnomon.webhook.WebhookClient.Answer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An endpoint behind TLS, with an authority that only the test knows.
class WebhookTlsTest {
  @TempDir Path directory;

  private static Answer post(TestAuthority.Issued issued, Map<String, String> environment)
      throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(issued.context()));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      return new WebhookClient(name -> Optional.ofNullable(environment.get(name)))
          .post(
              URI.create("https://127.0.0.1:%d/hook".formatted(server.getAddress().getPort())),
              Map.of(),
              new byte[0],
              Duration.ofMinutes(1));
    } finally {
      server.stop(0);
    }
  }

  private static void assertUnanswered(Answer answer, String... why) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Unanswered.class, one -> assertThat(one.reason()).contains(why));
  }

  @Test
  void anEndpointWhoseAuthorityIsNamedIsSpokenTo() throws Exception {
    TestAuthority authority = new TestAuthority(directory);

    assertThat(
            post(
                authority.issue("here", "ip:127.0.0.1"),
                Map.of("SSL_CERT_FILE", authority.pem().toString())))
        .isInstanceOfSatisfying(
            Answer.Answered.class, answered -> assertThat(answered.status()).isEqualTo(204));
  }

  @Test
  void anEndpointOfAnotherAuthorityIsToldNothing() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    TestAuthority other = new TestAuthority(directory.resolve("other"));
    TestAuthority.Issued issued = authority.issue("here", "ip:127.0.0.1");

    assertUnanswered(post(issued, Map.of()), "not trusted", "SSL_CERT_FILE");
    assertUnanswered(post(issued, Map.of("SSL_CERT_FILE", other.pem().toString())), "not trusted");
  }

  @Test
  void anEndpointOfAnotherNameIsToldNothing() throws Exception {
    TestAuthority authority = new TestAuthority(directory);

    assertUnanswered(
        post(
            authority.issue("elsewhere", "dns:elsewhere.example"),
            Map.of("SSL_CERT_FILE", authority.pem().toString())),
        "for other names");
  }
}
