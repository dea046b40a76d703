package dev.gnomon.runtime.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.runtime.app.Http;
import dev.gnomon.runtime.app.Seen;
import dev.gnomon.verification.waits.Patience;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// Events with and without tokens, in an application that asks for some.
@QuarkusTest
@TestProfile(SendersEventTest.Asked.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SendersEventTest {
  private static final Path DIRECTORY = directory();
  private static final TestIssuer ISSUER = new TestIssuer(DIRECTORY.resolve("issuer"));
  private static final PublicJsonWebKey KEY = Tokens.rsa("k1");

  public static class Asked implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "gnomon.oidc.audience", Tokens.AUDIENCE,
          "gnomon.oidc.discovery", ISSUER.discoveryUri().toString(),
          "gnomon.oidc.keys", ISSUER.keysUri().toString(),
          "gnomon.oidc.subjects", "system:serviceaccount:gnomon:rollback-*",
          "gnomon.oidc.authorities", ISSUER.authority().toString(),
          "gnomon.oidc.token", DIRECTORY.resolve("token").toString());
    }
  }

  @TestHTTPResource("/")
  URI base;

  @Inject Seen seen;

  private static Path directory() {
    try {
      // Quarkus asks for it before the test has a directory of its own.
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "issuer");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void clear() {
    seen.clear();
    ISSUER.publish(KEY);
  }

  private static String good() {
    return Tokens.signed(KEY, Tokens.claims(Instant.now()));
  }

  private Http event() {
    return Http.event(base, "shadow", "site");
  }

  private Http.Answer with(String token) {
    return event().with("Authorization", "Bearer " + token).send();
  }

  @Test
  @Order(1)
  void withoutTheKeysAnEventIsTakenLaterAndNobodyIsLetIn() {
    ISSUER.keys.set(TestIssuer.status(500));

    Patience.await()
        .untilAsserted(() -> { // a loaded machine may find it silent at first
          Http.Answer away = with(good());
          assertThat(away.status()).isEqualTo(503);
          assertThat(away.header("retry-after")).isNotEmpty();
          assertThat(away.text()).contains("can't be had").contains("answered 500");
        });
    assertThat(seen.delivered()).isEmpty();

    ISSUER.publish(KEY);
    Patience.await().untilAsserted(() -> assertThat(with(good()).status()).isEqualTo(200));
  }

  @Test
  @Order(2)
  void anEventWithAGoodTokenIsTakenInEitherMode() {
    Patience.await().untilAsserted(() -> assertThat(with(good()).status()).isEqualTo(200));
    Http.Answer structured =
        Http.structured(
                base,
                "shadow/",
                """
                {"specversion":"1.0","type":"dev.gnomon.shadow-requested.v1","source":"/test",
                 "id":"event-2","data":{"resource":"site","kind":"update","updateId":"u9"}}\
                """)
            .with("authorization", "bearer " + good())
            .send();

    assertThat(structured.status()).isEqualTo(200);
    assertThat(seen.delivered()).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void eventsWithoutAGoodTokenReachNoFunction() {
    Patience.await().untilAsserted(() -> assertThat(with(good()).status()).isEqualTo(200));
    seen.clear();
    JwtClaims other = Tokens.claims(Instant.now());
    other.setSubject("system:serviceaccount:other:default");

    for (Http.Answer answer :
        List.of(
            event().send(),
            event().with("Authorization", good()).send(),
            event().with("Authorization", "Basic " + good()).send(),
            event().with("Authorization", "Bearer").send(),
            with(""),
            with("token-of-a-stranger"),
            with(good() + "x"),
            with(Tokens.unsigned("k1", Tokens.claims(Instant.now()))),
            with(Tokens.byPublicKeyAsSecret(KEY, Tokens.claims(Instant.now()))),
            with(Tokens.signed(KEY, other)))) {
      assertThat(answer.status()).as(answer.toString()).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer realm=\"gnomon\"");
      assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:unauthorized");
      assertThat(answer.json().get("detail").asText()).contains("expected").contains("found");
    }
    assertThat(seen.delivered()).isEmpty();
    assertThat(Http.request("GET", base, "q/metrics").send().text())
        .contains("outcome=\"unauthorized\"");
  }

  @Test
  void noOtherWayLeadsToAFunction() {
    String body =
        """
        {"specversion":"1.0","type":"dev.gnomon.shadow-requested.v1","source":"/test","id":"e",
         "gnomonpath":"shadow","data":{"resource":"site","kind":"update","updateId":"u9"}}\
        """;
    for (String path :
        List.of(
            "shadow",
            "shadow/",
            "/shadow",
            "//shadow",
            "./shadow",
            "x/../shadow",
            "%73hadow",
            "",
            "shadow-requested",
            "shadow?x=1",
            "shadow;x=1",
            "SHADOW")) {
      Http.Answer answer = Http.structured(URI.create(base + path), "", body).send();

      assertThat(answer.status()).as(path).isIn(400, 401, 404);
    }
    assertThat(seen.delivered()).isEmpty();
  }

  @Test
  void aTokenThatIsTooLargeIsRefused() {
    assertThat(with("x".repeat(17 * 1024)).status()).isEqualTo(401);
    assertThat(with("x".repeat(64 * 1024)).status()).isEqualTo(431);
    assertThat(seen.delivered()).isEmpty();
  }

  @Test
  void twoTokensAreNone() throws IOException {
    String answer =
        raw("Authorization: Bearer " + good() + "\r\nAuthorization: Bearer " + good(), "{}");

    assertThat(answer).startsWith("HTTP/1.1 401").contains("found 2 of that header");
  }

  @Test
  void nothingOfABodyIsReadBeforeTheSenderIsKnown() throws IOException {
    // A body of which nothing is sent.
    assertThat(raw("Content-Type: application/json", "")).startsWith("HTTP/1.1 401");
  }

  /// The answer to a request of which maybe not all is sent.
  private String raw(String headers, String body) throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              "POST /shadow HTTP/1.1\r\nHost: a\r\n%s\r\nContent-Length: 1000\r\n\r\n%s"
                  .formatted(headers, body)
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] some = new byte[4096];
      int length = socket.getInputStream().read(some);
      return new String(some, 0, Math.max(0, length), StandardCharsets.UTF_8);
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aRotatedKeyIsFoundAndTheOldOneForgotten() {
    Patience.await().untilAsserted(() -> assertThat(with(good()).status()).isEqualTo(200));
    PublicJsonWebKey next = Tokens.rsa("k2");
    ISSUER.publish(next);

    Patience.await()
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() ->
            assertThat(with(Tokens.signed(next, Tokens.claims(Instant.now()))).status())
                .isEqualTo(200));
    Patience.await()
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(with(good()).status()).isEqualTo(401));
  }

  @Test
  void questionsThatAreNoEventsNeedNoSuchToken() {
    assertThat(Http.request("GET", base, "q/health/live").send().status()).isEqualTo(200);
    assertThat(Http.request("OPTIONS", base, "shadow").send().status()).isEqualTo(204);
    assertThat(Http.request("GET", base, "shadow").send().status()).isEqualTo(405);
  }
}
