package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS to a real server, which has to be built with it: the one that `GNOMON_TEST_REDIS_SERVER`
/// names.
class RedisTlsTest {
  private static final String VARIABLE = "GNOMON_TEST_REDIS_SERVER";
  private static final String PASSWORD = "of-a-test";

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

  /// Its own authority, for one name.
  private Path certificate(String name) throws Exception {
    Path store = dir.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + name,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded(), "key.pem");
    return pem("CERTIFICATE", keys.getCertificate("server").getEncoded(), "certificate.pem");
  }

  private Path pem(String what, byte[] bytes, String name) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        dir.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what));
  }

  private RedisServer server(Path certificate) {
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
                certificate.toString(),
                "--tls-key-file",
                certificate.resolveSibling("key.pem").toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "no",
                "--save",
                ""));
  }

  private static RedisLink open(RedisServer server, Optional<Path> trusted) {
    return RedisLink.open(
        "rediss://127.0.0.1:%d?timeout=60s".formatted(server.port()),
        () -> RedisCondition.WELL,
        trusted);
  }

  @Test
  void serverWhoseAuthorityIsNamedAnswers() throws Exception {
    Path certificate = certificate("ip:127.0.0.1");
    try (RedisServer server = server(certificate);
        RedisLink link = open(server, Optional.of(certificate))) {
      Patience.await().until(link::answers);
    }
  }

  @Test
  void serverWhoseAuthorityNobodyNamedIsNotSpokenTo() throws Exception {
    try (RedisServer server = server(certificate("ip:127.0.0.1"));
        RedisLink link = open(server, Optional.empty())) {
      assertThat(link.answers()).isFalse();
    }
  }

  @Test
  void serverOfAnotherNameIsNotSpokenTo() throws Exception {
    Path certificate = certificate("dns:elsewhere.example");
    try (RedisServer server = server(certificate);
        RedisLink link = open(server, Optional.of(certificate))) {
      assertThat(link.answers()).isFalse();
    }
  }

  @Test
  void fileWithoutCertificatesIsSaidAtTheStart() throws Exception {
    Path empty = Files.writeString(dir.resolve("empty.pem"), "");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedCertificates.options(Optional.of(empty)))
        .withMessageContaining("SSL_CERT_FILE names " + empty);
  }
}
