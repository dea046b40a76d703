package dev.gnomon.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValuesTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      textBlock =
          """
          plain                       | plain
          Euro%20%E2%82%AC%20%F0%9F%98%80 | Euro € 😀
          Euro%20%e2%82%ac            | Euro €
          "quoted %25 text"           | quoted % text
          "a \\"b\\" \\\\ c"          | a "b" \\ c
          100%                        | 100%
          100%2                       | 100%2
          %zz                         | %zz
          %2525                       | %25
          "                           | "
          """)
  void valueIsUnquotedThenDecodedOnce(String header, String value) throws Exception {
    assertThat(HeaderValues.decode(header)).isEqualTo(value);
  }

  @Test
  void rawUtf8BytesAreRead() throws Exception {
    String asServerGivesIt =
        new String("grün".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(HeaderValues.decode(asServerGivesIt)).isEqualTo("grün");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF", "%C3%28", "%E2%82", "%C0%AF", "%ED%A0%80", "gr\u00fcn"})
  void whatIsNotUtf8IsRefused(String header) {
    assertThatThrownBy(() -> HeaderValues.decode(header))
        .isInstanceOf(CharacterCodingException.class);
  }
}
