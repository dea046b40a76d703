package dev.gnomon.runtime.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.gnomon.core.tls.Authorities;
import dev.gnomon.runtime.TokenFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpIssuerTest {
  private static final Authorities JDK = Authorities.JDK;
  private static final PublicJsonWebKey KEY = Tokens.rsa("k1");

  @TempDir static Path directory;
  private static TestIssuer issuer;
  private static TestIssuer elsewhere;

  @BeforeAll
  static void start() {
    issuer = new TestIssuer(directory.resolve("issuer"));
    elsewhere = new TestIssuer(directory.resolve("elsewhere"));
  }

  @AfterAll
  static void stop() {
    issuer.close();
    elsewhere.close();
  }

  @BeforeEach
  void publish() {
    issuer.asked.clear();
    elsewhere.asked.clear();
    issuer.publish(KEY);
    elsewhere.publish(KEY);
    issuer.discovery.set(discovery(Tokens.ISSUER, issuer.keysUri().toString()));
  }

  private static TestIssuer.Answering discovery(String name, String keys) {
    return TestIssuer.text("{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(name, keys));
  }

  private static HttpIssuer at(HttpIssuer.Place place) {
    return at(place, Optional.empty(), Duration.ofSeconds(20));
  }

  private static HttpIssuer at(HttpIssuer.Place place, Optional<TokenFile> token, Duration within) {
    return new HttpIssuer(
        place,
        token,
        JDK.withFile("gnomon.oidc.authorities", issuer.authority())
            .withFile("gnomon.oidc.authorities", elsewhere.authority()),
        within);
  }

  private static HttpIssuer.Place discovered() {
    return new HttpIssuer.Place(
        Optional.of(issuer.discoveryUri()), Optional.empty(), Optional.empty());
  }

  private static HttpIssuer.Place named() {
    return new HttpIssuer.Place(
        Optional.empty(), Optional.of(Tokens.ISSUER), Optional.of(issuer.keysUri()));
  }

  @Test
  void nameAndKeysComeFromTheDocument() throws IOException {
    IssuerKeys.Published found = at(discovered()).ask();

    assertThat(found.issuer()).isEqualTo(Tokens.ISSUER);
    assertThat(found.keys()).extracting(JsonWebKey::getKeyId).containsExactly("k1");
  }

  @Test
  void whatIsNamedIsNotAskedFor() throws IOException {
    IssuerKeys.Published found = at(named()).ask();

    assertThat(found.issuer()).isEqualTo(Tokens.ISSUER);
    assertThat(issuer.asked).containsExactly("/openid/v1/jwks []");
  }

  @Test
  void itsCertificateHasToBeOfAnAuthorityThatIsNamed() {
    HttpIssuer unnamed = new HttpIssuer(named(), Optional.empty(), JDK, Duration.ofSeconds(20));

    assertThatIOException()
        .isThrownBy(unnamed::ask)
        .withMessageContaining(issuer.keysUri().toString())
        .withMessageContaining("not trusted");
    assertThat(issuer.asked).isEmpty();
  }

  @Test
  void itsTokenIsReadEachTimeAndShownToNobodyElse() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "first\n");
    issuer.discovery.set(discovery(Tokens.ISSUER, elsewhere.keysUri().toString()));
    HttpIssuer asked = at(discovered(), Optional.of(new TokenFile(file)), Duration.ofSeconds(20));

    asked.ask();
    Files.writeString(file, "second\n");
    asked.ask();

    assertThat(issuer.asked)
        .containsExactly(
            "/.well-known/openid-configuration [Bearer first]",
            "/.well-known/openid-configuration [Bearer second]");
    assertThat(elsewhere.asked).containsExactly("/openid/v1/jwks []", "/openid/v1/jwks []");
  }

  @Test
  void itsTokenIsShownWhereverItIsTheSameServer() {
    HttpIssuer.Place place =
        new HttpIssuer.Place(
            Optional.of(URI.create("https://api.example/discovery")),
            Optional.empty(),
            Optional.empty());

    assertThat(place.isOurs(URI.create("https://api.example:443/keys"))).isTrue();
    assertThat(place.isOurs(URI.create("HTTPS://API.example/keys"))).isTrue();
    assertThat(place.isOurs(URI.create("https://api.example:6443/keys"))).isFalse();
    assertThat(place.isOurs(URI.create("https://api.example.org/keys"))).isFalse();
  }

  @Test
  void anotherIssuerThanTheOneThatIsNamedIsNotBelieved() {
    issuer.discovery.set(discovery("https://another.example", issuer.keysUri().toString()));

    assertThatIOException()
        .isThrownBy(
            at(
                    new HttpIssuer.Place(
                        Optional.of(issuer.discoveryUri()),
                        Optional.of(Tokens.ISSUER),
                        Optional.empty()))
                ::ask)
        .withMessageContaining("expected the issuer " + Tokens.ISSUER)
        .withMessageContaining("found https://another.example");
  }

  @Test
  void documentsThatAreNoneAreSaid() {
    for (String document :
        List.of(
            "",
            "[]",
            "{",
            "{\"issuer\":7,\"jwks_uri\":\"https://a.example\"}",
            "{\"issuer\":\"" + Tokens.ISSUER + "\"}",
            "{\"issuer\":\"a\",\"jwks_uri\":\"http://a.example/keys\"}",
            "{\"issuer\":\"a\",\"jwks_uri\":\"file:///etc/passwd\"}",
            "{\"issuer\":\"a\",\"jwks_uri\":\"::\"}")) {
      issuer.discovery.set(TestIssuer.text(document));

      assertThatIOException().as(document).isThrownBy(at(discovered())::ask);
    }
  }

  @Test
  void whatIsNoPublicKeyWithANameIsNoKey() {
    for (String keys :
        List.of(
            "",
            "null",
            "[]",
            "{\"keys\":7}",
            "{\"keys\":[7]}",
            "{\"keys\":[]}",
            "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"c2VjcmV0\"}]}",
            "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k1\"}]}",
            "{\"keys\":" + "[".repeat(100_000),
            Tokens.published(List.of(KEY)).replace("\"kid\":\"k1\",", ""))) {
      issuer.keys.set(TestIssuer.text(keys));

      assertThatIOException().as(keys).isThrownBy(at(named())::ask);
    }
  }

  @Test
  void otherAnswersThan200AreSaidAndRedirectsNotFollowed() {
    for (int status : List.of(204, 301, 401, 403, 404, 500, 503)) {
      issuer.keys.set(exchange -> {
        exchange.getResponseHeaders().set("Location", elsewhere.keysUri().toString());
        exchange.sendResponseHeaders(status, -1);
      });

      assertThatIOException()
          .isThrownBy(at(named())::ask)
          .withMessageContaining("answered " + status);
    }
    assertThat(elsewhere.asked).isEmpty();
  }

  @Test
  void aDocumentWithoutEndIsNotRead() {
    issuer.keys.set(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] part = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
      try (OutputStream out = exchange.getResponseBody()) {
        while (true) { // Until it hangs up.
          out.write(part);
        }
      }
    });

    assertThatIOException().isThrownBy(at(named())::ask).withMessageContaining("did not answer");
  }

  @Test
  void anIssuerThatDripsIsLeft() {
    CountDownLatch left = new CountDownLatch(1);
    issuer.keys.set(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      try {
        left.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });

    assertThatIOException()
        .isThrownBy(at(named(), Optional.empty(), Duration.ofMillis(500))::ask)
        .withMessageContaining("within PT0.5S");
    left.countDown();
  }

  @Test
  void anIssuerThatIsNotThereIsSaid() throws Exception {
    try (var closed = new java.net.Socket()) {
      closed.bind(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0));
      URI nobody = URI.create("https://127.0.0.1:" + closed.getLocalPort() + "/keys");

      assertThatIOException()
          .isThrownBy(
              at(
                      new HttpIssuer.Place(
                          Optional.empty(), Optional.of(Tokens.ISSUER), Optional.of(nobody)))
                  ::ask)
          .withMessageContaining(nobody + " did not answer");
    }
  }
}
