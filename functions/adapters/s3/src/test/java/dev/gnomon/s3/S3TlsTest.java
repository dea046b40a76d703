package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.verification.tls.TestAuthority;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server behind TLS, with an authority that only the test knows.
class S3TlsTest {
  private static final ObjectName NAME = new ObjectName("a/b");

  @TempDir Path directory;

  private S3ProxyServer server(TestAuthority.Issued issued) throws Exception {
    Path objects = Files.createDirectories(directory.resolve("objects"));
    S3ProxyServer server = S3ProxyServer.secure(objects, issued);
    server.makeBucket("shadows");
    return server;
  }

  private static S3ObjectStore store(S3ProxyServer server, Authorities authorities) {
    URI url = URI.create("s3+https://127.0.0.1:%d/shadows".formatted(server.securePort()));
    return new S3ObjectStore(
        S3ObjectStores.settings(url, S3ProxyServer.ACCESS_KEY, S3ProxyServer.SECRET_KEY, ""),
        Retries.standard(),
        Pause.sleeping(),
        authorities);
  }

  private static Authorities file(Path pem) {
    return new Authorities(Optional.of(pem), Optional.empty());
  }

  @Test
  void aServerWhoseAuthorityIsNamedIsSpokenTo() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    try (S3ProxyServer server = server(authority.issue("here", "ip:127.0.0.1"));
        S3ObjectStore store = store(server, file(authority.pem()))) {
      assertThat(store.create(NAME, new byte[] {7})).isEqualTo(new Creation.Created());
      assertThat(store.stat(NAME)).isPresent();
    }
  }

  @Test
  void anAuthorityIsFoundInADirectoryToo() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    Path certificates = Files.createDirectories(directory.resolve("certificates"));
    Files.copy(authority.pem(), certificates.resolve("ca.pem"));
    Files.writeString(certificates.resolve("README"), "whom we trust");
    try (S3ProxyServer server = server(authority.issue("here", "ip:127.0.0.1"));
        S3ObjectStore store =
            store(server, new Authorities(Optional.empty(), Optional.of(certificates)))) {
      assertThat(store.create(NAME, new byte[] {7})).isEqualTo(new Creation.Created());
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsRefusedAndTheSettingIsNamed() throws Exception {
    TestAuthority other = new TestAuthority(directory.resolve("other"));
    TestAuthority.Issued issued = new TestAuthority(directory).issue("here", "ip:127.0.0.1");
    for (Authorities authorities :
        new Authorities[] {
          file(other.pem()), new Authorities(Optional.empty(), Optional.empty())
        }) {
      Path objects = directory.resolve("objects");
      try (S3ProxyServer server =
              Files.exists(objects) ? S3ProxyServer.secure(objects, issued) : server(issued);
          S3ObjectStore store = store(server, authorities)) {
        assertThatExceptionOfType(ObjectStoreException.class)
            .isThrownBy(() -> store.create(NAME, new byte[1]))
            .withMessageContaining("not trusted")
            .withMessageContaining("SSL_CERT_FILE")
            .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.PERMANENT));
      }
    }
  }

  @Test
  void aServerOfAnotherNameIsRefusedAndSoIsSaid() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    try (S3ProxyServer server = server(authority.issue("elsewhere", "dns:elsewhere.example"));
        S3ObjectStore store = store(server, file(authority.pem()))) {
      assertThatExceptionOfType(ObjectStoreException.class)
          .isThrownBy(() -> store.create(NAME, new byte[1]))
          .withMessageContaining("for other names")
          .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.PERMANENT));
    }
  }
}
