package dev.gnomon.verification.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// An authority of a test's own, that nobody trusts but who is told its file.
public final class TestAuthority {
  public static final String PASSWORD = "of-a-test";

  private final Path directory;

  /// @param directory for its files
  public TestAuthority(Path directory) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    keytool(
        "ca",
        "-genkeypair -keyalg EC -dname CN=authority -ext bc:c=ca:true -ext ku:c=keyCertSign"
            + " -validity 2 -alias ca");
    keytool("ca", "-exportcert -rfc -alias ca -file ca.pem");
  }

  /// Its certificate, as users name it.
  public Path pem() {
    return directory.resolve("ca.pem");
  }

  /// A server's key and certificate.
  ///
  /// @param store PKCS #12 with [#PASSWORD]
  /// @param certificate in PEM, with that of the authority
  /// @param key in PEM
  public record Issued(Path store, Path certificate, Path key) {
    /// For servers of the JDK.
    public SSLContext context() throws Exception {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(load(store), PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    }
  }

  /// @param name for its files
  /// @param san such as `ip:127.0.0.1` or `dns:elsewhere.example`
  public Issued issue(String name, String san) throws Exception {
    keytool(name, "-genkeypair -keyalg EC -dname CN=server -validity 2 -alias server");
    keytool(name, "-certreq -alias server -file " + name + ".csr");
    keytool(
        "ca",
        "-gencert -rfc -alias ca -validity 2 -ext san=%s -infile %s.csr -outfile %s.signed"
            .formatted(san, name, name));
    Path chain = directory.resolve(name + ".pem");
    Files.writeString(
        chain, Files.readString(directory.resolve(name + ".signed")) + Files.readString(pem()));
    keytool(name, "-importcert -noprompt -alias server -file " + name + ".pem");
    byte[] key =
        load(directory.resolve(name + ".p12"))
            .getKey("server", PASSWORD.toCharArray())
            .getEncoded();
    Path pem =
        Files.writeString(
            directory.resolve(name + ".key"),
            "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)));
    return new Issued(directory.resolve(name + ".p12"), chain, pem);
  }

  private static KeyStore load(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private void keytool(String store, String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ", -1)));
    command.addAll(
        List.of("-storetype", "PKCS12", "-keystore", store + ".p12", "-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
