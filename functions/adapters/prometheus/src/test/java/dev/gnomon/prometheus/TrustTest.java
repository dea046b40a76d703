package dev.gnomon.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import dev.gnomon.core.tls.Authorities;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An exporter behind TLS whose certificate nobody knows but the file that a source names.
class TrustTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    Path keys = directory.resolve("keys.p12");
    keytool(
        "-genkeypair",
        "-keystore",
        keys.toString(),
        "-storetype",
        "PKCS12",
        "-alias",
        "exporter",
        "-keyalg",
        "EC",
        "-dname",
        "CN=exporter",
        "-ext",
        "san=ip:127.0.0.1",
        "-validity",
        "30");
    keytool(
        "-exportcert",
        "-rfc",
        "-keystore",
        keys.toString(),
        "-alias",
        "exporter",
        "-file",
        directory.resolve("ca.pem").toString());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] body = "a 1\n".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static SSLContext context(Path keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private SourceSpec spec(Optional<Path> ca) {
    return new SourceSpec(
        "shop",
        new SourceSpec.Origin.Exporter(
            URI.create("https://127.0.0.1:%d/metrics".formatted(server.getAddress().getPort()))),
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        Map.of(),
        List.of(),
        Optional.empty(),
        ca);
  }

  private static Fetched fetch(SourceSpec spec) {
    return PrometheusSources.open(spec, secret -> "").fetch(Instant.EPOCH, Instant.now());
  }

  @Test
  void aCertificateOfTheNamedFileIsTrusted() {
    assertThat(fetch(spec(Optional.of(directory.resolve("ca.pem")))))
        .isInstanceOf(Fetched.Samples.class);
  }

  @Test
  void anAuthorityOfTheWholeProcessIsTrustedWhereTheSourceNamesNone() throws Exception {
    URI url = URI.create("https://127.0.0.1:%d/metrics".formatted(server.getAddress().getPort()));
    Authorities authorities =
        new Authorities(Optional.of(directory.resolve("ca.pem")), Optional.empty());

    assertThat(
            new BoundedHttp(spec(Optional.empty()), secret -> "", authorities)
                .get(url, "text/plain")
                .text())
        .isEqualTo("a 1\n");
  }

  @Test
  void aCertificateThatNobodyKnowsIsNot() {
    assertThat(fetch(spec(Optional.empty())))
        .isInstanceOfSatisfying(
            Fetched.Down.class,
            down -> assertThat(down.reason()).contains("not trusted", "SSL_CERT_FILE"));
  }

  @Test
  void aFileWithoutCertificatesIsDownUntilItHasThem() throws IOException {
    Path file = directory.resolve("later.pem");
    var source = PrometheusSources.open(spec(Optional.of(file)), secret -> "");
    for (String content : List.of("", "no certificate\n")) {
      Files.writeString(file, content);

      assertThat(source.fetch(Instant.EPOCH, Instant.now()))
          .isInstanceOfSatisfying(
              Fetched.Down.class,
              down -> assertThat(down.reason()).contains("later.pem").doesNotContain(PASSWORD));
    }
    Files.copy(directory.resolve("ca.pem"), file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(source.fetch(Instant.EPOCH, Instant.now())).isInstanceOf(Fetched.Samples.class);
  }
}
