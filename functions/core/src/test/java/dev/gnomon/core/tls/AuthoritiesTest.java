package dev.gnomon.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
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
  void directoryWithoutCertificatesIsNamed() throws Exception {
    Files.writeString(directory.resolve("note"), "none here");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("SSL_CERT_DIR", directory.toString()).context())
        .withMessageContaining("SSL_CERT_DIR names " + directory);
  }
}
