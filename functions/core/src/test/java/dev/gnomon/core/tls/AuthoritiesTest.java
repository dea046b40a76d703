package dev.gnomon.core.tls;

import static dev.gnomon.core.tls.Authorities.JDK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthoritiesTest {
  @TempDir Path directory;

  private static Authorities of(String variable, String value) {
    Map<String, String> environment = Map.of(variable, value);
    return Authorities.of(name -> Optional.ofNullable(environment.get(name)));
  }

  @Test
  void withoutANameTheJdkIsTrusted() {
    assertThat(of("SSL_CERT_FILE", " ").areNamed()).isFalse();
    assertThat(of("SSL_CERT_FILE", " ").manager().getAcceptedIssuers()).isNotEmpty();
  }

  @Test
  void fileThatIsNotThereOrHoldsNoneIsNamed() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    Path broken =
        Files.writeString(
            directory.resolve("broken.pem"),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for (Path file : new Path[] {empty, broken, directory.resolve("none.pem"), directory}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> of("SSL_CERT_FILE", file.toString()).context())
          .withMessageContaining("SSL_CERT_FILE names " + file);
    }
  }

  @Test
  void aDirectoryThatMayBeThereAddsWhatItHas() throws Exception {
    Authorities jdk = of("SSL_CERT_FILE", " ");
    Files.writeString(directory.resolve("note"), "none here");

    assertThat(jdk.withFilesOf("x", directory.resolve("none")).areNamed()).isFalse();
    assertThat(jdk.withFilesOf("x", directory).areNamed()).isFalse();
  }

  @Test
  void aTextOrFileWithoutCertificatesIsNamedAndNotShown() throws Exception {
    Path note = Files.writeString(directory.resolve("note"), "secret");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("SSL_CERT_FILE", " ").withText("K_CA_CERTS", "secret"))
        .withMessageContaining("K_CA_CERTS")
        .withMessageNotContaining("secret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("SSL_CERT_FILE", " ").withFile("authorities", note))
        .withMessageContaining("authorities names " + note);
  }

  @Test
  void directoryWithoutCertificatesIsNamed() throws Exception {
    Files.writeString(directory.resolve("note"), "none here");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("SSL_CERT_DIR", directory.toString()).context())
        .withMessageContaining("SSL_CERT_DIR names " + directory);
  }

  @Test
  void theRestIsReadWithTheFirstServerAndSaysWhatIsWrong() throws Exception {
    Path pem = directory.resolve("mostly.pem");
    Files.writeString(
        pem,
        pem(JDK.manager().getAcceptedIssuers()[0])
            + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    Authorities authorities = of("SSL_CERT_FILE", pem.toString());
    LateTrust trust = new LateTrust(authorities::manager);

    assertThat(authorities.context()).isNotNull();
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> trust.checkServerTrusted(JDK.manager().getAcceptedIssuers(), "RSA"))
        .withMessageContaining("SSL_CERT_FILE names " + pem);
  }

  @Test
  void certificatesAreReadOnceAProcess() throws Exception {
    Path pem =
        Files.writeString(directory.resolve("ca.pem"), pem(JDK.manager().getAcceptedIssuers()[0]));
    Authorities first = of("SSL_CERT_FILE", pem.toString());
    var read = first.factory();

    Files.delete(pem);

    assertThat(of("SSL_CERT_FILE", pem.toString()).factory()).isSameAs(read);
  }

  private static String pem(X509Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }
}
