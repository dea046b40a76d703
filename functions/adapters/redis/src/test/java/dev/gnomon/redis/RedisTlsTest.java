package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.tls.TestAuthority;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS to a real server, which has to be built with it: the one that `GNOMON_TEST_REDIS_SERVER`
/// names.
class RedisTlsTest {
  private static final String VARIABLE = "GNOMON_TEST_REDIS_SERVER";

  @TempDir Path dir;

  @BeforeAll
  static void skipWithoutServer() {
    if (System.getenv(VARIABLE) == null) {
      String reason =
          "SKIPPED RedisTlsTest: %s is not set (eval \"$(local-dev/test-servers up)\" sets it)"
              .formatted(VARIABLE);
      System.out.println(reason);
      assumeTrue(false, reason);
    }
  }

  private static RedisServer server(TestAuthority.Issued issued) {
    return RedisServer.start(
        RedisServer.newest(),
        port ->
            List.of(
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--tls-cert-file",
                issued.certificate().toString(),
                "--tls-key-file",
                issued.key().toString(),
                "--tls-ca-cert-file",
                issued.certificate().toString(),
                "--tls-auth-clients",
                "no",
                "--save",
                ""));
  }

  private static RedisLink open(RedisServer server, Optional<Path> trusted) {
    return RedisLink.open(
        "rediss://127.0.0.1:%d?timeout=60s".formatted(server.port()),
        () -> RedisCondition.WELL,
        new Authorities(trusted, Optional.empty()));
  }

  @Test
  void serverWhoseAuthorityIsNamedAnswers() throws Exception {
    TestAuthority authority = new TestAuthority(dir);
    try (RedisServer server = server(authority.issue("here", "ip:127.0.0.1"));
        RedisLink link = open(server, Optional.of(authority.pem()))) {
      Patience.await().until(link::answers);
    }
  }

  @Test
  void serverWhoseAuthorityNobodyNamedIsNotSpokenTo() throws Exception {
    try (RedisServer server = server(new TestAuthority(dir).issue("here", "ip:127.0.0.1"));
        RedisLink link = open(server, Optional.empty())) {
      assertThat(link.answers()).isFalse();
    }
  }

  @Test
  void serverOfAnotherNameIsNotSpokenTo() throws Exception {
    TestAuthority authority = new TestAuthority(dir);
    try (RedisServer server = server(authority.issue("elsewhere", "dns:elsewhere.example"));
        RedisLink link = open(server, Optional.of(authority.pem()))) {
      assertThat(link.answers()).isFalse();
    }
  }

  @Test
  void fileWithoutCertificatesIsSaidAtTheStart() throws Exception {
    Path empty = Files.writeString(dir.resolve("empty.pem"), "");

    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            RedisLink.open(
                "rediss://127.0.0.1:1",
                () -> RedisCondition.WELL,
                new Authorities(Optional.of(empty), Optional.empty())))
        .withMessageContaining("SSL_CERT_FILE names " + empty);
  }
}
