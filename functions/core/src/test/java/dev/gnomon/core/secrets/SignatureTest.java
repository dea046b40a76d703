package dev.gnomon.core.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final String KEY = "a-key-of-24-characters!!";

  @Test
  void itIsWhatEverybodyElseComputes() {
    // printf abcdef | openssl dgst -sha256 -hmac 'a-key-of-24-characters!!'
    Signature made = Signature.of(KEY, "abc".getBytes(UTF_8), "def".getBytes(UTF_8));

    assertThat(made.hex())
        .isEqualTo("99887ab245071d0479639fd104d44f4bf3b42e6812f317e9ec954e8f99429d6c");
    assertThat(Signature.claimed(made.hex())).isEqualTo(made);
    assertThat(made).hasToString("Signature[32 bytes]");
  }

  @Test
  void anotherKeyOrContentMakesAnother() {
    Signature made = Signature.of(KEY, "abc".getBytes(UTF_8));

    assertThat(Signature.of(KEY + "x", "abc".getBytes(UTF_8))).isNotEqualTo(made);
    assertThat(Signature.of(KEY, "abd".getBytes(UTF_8))).isNotEqualTo(made);
    assertThat(Signature.claimed("no number")).isNotEqualTo(made);
    assertThat(Signature.claimed("")).isNotEqualTo(made);
    assertThat(Signature.claimed(made.hex().substring(2))).isNotEqualTo(made);
  }
}
