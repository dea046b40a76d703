package dev.gnomon.core.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("SET", " in-the-environment\n", "BLANK", " ", "TWO_LINES", "first\nsecond");

  @TempDir Path directory;
  private final Secrets secrets = new Secrets(name -> Optional.ofNullable(ENVIRONMENT.get(name)));

  private Secret file(String content) throws Exception {
    return new Secret.Content(Files.writeString(directory.resolve("secret"), content));
  }

  @Test
  void itIsReadFromWhereItStandsWithoutTheLineBreakBehindIt() throws Exception {
    assertThat(secrets.read(Secret.parse("env:SET"))).isEqualTo("in-the-environment");
    assertThat(secrets.read(file("in a file\r\n"))).isEqualTo("in a file");
    assertThat(secrets.read(Secret.parse("given"))).isEqualTo("given");
  }

  @Test
  void aFileThatWasWrittenAnewCountsAtOnce() throws Exception {
    Secret secret = file("the-first-of-two-keys");
    assertThat(secrets.key(secret)).isEqualTo("the-first-of-two-keys");

    file("the-second-of-two-keys\n");

    assertThat(secrets.key(secret)).isEqualTo("the-second-of-two-keys");
  }

  @Test
  void whatIsNotThereIsNamedAndNothingOfItIsShown() throws Exception {
    assertUnreadable("environment variable GONE is not set", Secret.parse("env:GONE"));
    assertUnreadable("env:BLANK is empty", Secret.parse("env:BLANK"));
    assertUnreadable("NoSuchFileException", Secret.parse("file:" + directory.resolve("gone")));
    assertUnreadable("is larger than 8192 bytes", file("x".repeat(8193)));
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xc3, 0x28});
    assertUnreadable("is not UTF-8", new Secret.Content(binary));
  }

  private void assertUnreadable(String why, Secret secret) {
    assertThatThrownBy(() -> secrets.read(secret))
        .isInstanceOf(Secrets.Unreadable.class)
        .hasMessageContaining(why);
  }

  @Test
  void aKeyIsLongEnoughAndOnOneLine() throws Exception {
    assertThat(secrets.key(file("0123456789abcdef\n"))).isEqualTo("0123456789abcdef");
    for (String bad : new String[] {"0123456789abcde", "x".repeat(4097), "01234567\n89abcdef"}) {
      Secret secret = file(bad);
      assertThatThrownBy(() -> secrets.key(secret))
          .isInstanceOf(Secrets.Unreadable.class)
          .hasMessageNotContaining(bad);
    }
  }

  @Test
  void aTokenForAHeaderIsOnOneLine() {
    assertThatThrownBy(() -> secrets.token(Secret.parse("env:TWO_LINES")))
        .isInstanceOf(Secrets.Unreadable.class)
        .hasMessageContaining("env:TWO_LINES has a line break")
        .hasMessageNotContaining("first");
  }
}
