package dev.gnomon.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
  private final BearerToken token = BearerToken.of("0123456789abcdef");

  @ParameterizedTest
  @ValueSource(strings = {"Bearer 0123456789abcdef", "bearer  0123456789abcdef "})
  void theTokenComesIn(String header) {
    assertThat(token.isIn(Optional.of(header))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer 0123456789abcde",
        "Bearer 0123456789abcdef0",
        "Bearer 0123456789abcdeF",
        "0123456789abcdef",
        "Basic 0123456789abcdef",
        "Bearer 0123456789abcdef x"
      })
  void anythingElseDoesNot(String header) {
    assertThat(token.isIn(Optional.of(header))).isFalse();
  }

  @Test
  void nothingDoesNot() {
    assertThat(token.isIn(Optional.empty())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "0123456789 abcdef", "0123456789\nabcdef"})
  void whatIsNoSecretIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> BearerToken.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a token of 16")
        .satisfies(e -> {
          if (!text.isEmpty()) {
            assertThat(e.getMessage()).doesNotContain(text);
          }
        });
  }
}
