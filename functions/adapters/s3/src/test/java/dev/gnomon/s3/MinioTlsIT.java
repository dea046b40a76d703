package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.s3.S3Faults.Effect;
import dev.gnomon.verification.tls.TestAuthority;
import dev.gnomon.verification.waits.Patience;
import io.minio.MakeBucketArgs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real MinIO behind TLS: the program that `GNOMON_TEST_MINIO_SERVER` names.
class MinioTlsIT {
  private static final String VARIABLE = "GNOMON_TEST_MINIO_SERVER";
  private static final String ACCESS = "access-of-a-test";
  private static final String SECRET = "secret-of-a-test";
  private static final int ATTEMPTS = 10;

  @TempDir Path directory;
  private Process process;
  private int port;

  @BeforeAll
  static void skipWithoutServer() {
    if (System.getenv(VARIABLE) == null) {
      String reason =
          "SKIPPED MinioTlsIT: %s is not set (eval \"$(local-dev/test-servers up)\" sets it)"
              .formatted(VARIABLE);
      System.out.println(reason);
      assumeTrue(false, reason);
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  /// A port may be taken by another between its choice and its use.
  private void start(TestAuthority.Issued issued) throws IOException {
    Path certificates = Files.createDirectories(directory.resolve("certificates"));
    Files.copy(issued.certificate(), certificates.resolve("public.crt"));
    Files.copy(issued.key(), certificates.resolve("private.key"));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      ProcessBuilder builder =
          new ProcessBuilder(
                  System.getenv(VARIABLE),
                  "server",
                  "--quiet",
                  "--address",
                  "127.0.0.1:" + port,
                  "--certs-dir",
                  certificates.toString(),
                  directory.resolve("data").toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile());
      builder.environment().put("MINIO_ROOT_USER", ACCESS);
      builder.environment().put("MINIO_ROOT_PASSWORD", SECRET);
      builder.environment().put("MINIO_BROWSER", "off");
      process = builder.start();
      Patience.await().until(() -> !process.isAlive() || listens());
      if (process.isAlive()) {
        return;
      }
    }
    throw new IOException("MinIO does not start: " + Files.readString(directory.resolve("log")));
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private S3Settings settings() {
    return S3ObjectStores.settings(
        URI.create("s3+https://127.0.0.1:%d/shadows".formatted(port)), ACCESS, SECRET, "");
  }

  private S3ObjectStore store(Authorities authorities) {
    return new S3ObjectStore(settings(), Retries.standard(), Pause.sleeping(), authorities);
  }

  private static Authorities file(Path pem) {
    return new Authorities(Optional.of(pem), Optional.empty());
  }

  private void makeBucket(Authorities authorities) {
    S3Faults faults = new S3Faults(settings());
    try (S3Connection connection = S3Connection.trusting(settings(), faults, authorities)) {
      // It listens before it serves.
      Patience.await()
          .ignoreExceptionsInstanceOf(ObjectStoreException.class)
          .until(() -> {
            connection.call(
                "making a bucket",
                Effect.WRITES,
                client -> client.makeBucket(MakeBucketArgs.builder().bucket("shadows").build()));
            return true;
          });
    }
  }

  @Test
  void aMinioWhoseAuthorityIsNamedIsSpokenToAndNoOther() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    TestAuthority other = new TestAuthority(directory.resolve("other"));
    start(authority.issue("here", "ip:127.0.0.1"));
    makeBucket(file(authority.pem()));

    try (S3ObjectStore store = store(file(authority.pem()))) {
      assertThat(store.create(new ObjectName("a/b"), new byte[] {7}))
          .isEqualTo(new Creation.Created());
    }
    try (S3ObjectStore store = store(file(other.pem()))) {
      assertThatExceptionOfType(ObjectStoreException.class)
          .isThrownBy(() -> store.create(new ObjectName("a/c"), new byte[1]))
          .withMessageContaining("SSL_CERT_FILE");
    }
  }

  @Test
  void aMinioOfAnotherNameIsNotSpokenTo() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    start(authority.issue("elsewhere", "dns:elsewhere.example"));

    try (S3ObjectStore store = store(file(authority.pem()))) {
      assertThatExceptionOfType(ObjectStoreException.class)
          .isThrownBy(() -> store.create(new ObjectName("a/b"), new byte[1]))
          .withMessageContaining("for other names");
    }
  }
}
