package dev.gnomon.core.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.faults.Unavailable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  private final Map<String, String> environment =
      new HashMap<>(Map.of("OLD", "0123456789abcdef", "NEW", "fedcba9876543210"));
  private final KeyRing keys =
      new KeyRing(
          "a test",
          List.of(new Secret.Variable("OLD"), new Secret.Variable("NEW")),
          new Secrets(name -> Optional.ofNullable(environment.get(name))));

  @Test
  void theFirstKeySignsAndEachIsBelieved() {
    Signature old = Signature.of("0123456789abcdef", CONTENT);

    assertThat(keys.sign(CONTENT)).isEqualTo(old);
    assertThat(keys.signed(old, CONTENT)).isTrue();
    assertThat(keys.signed(Signature.of("fedcba9876543210", CONTENT), CONTENT)).isTrue();
    assertThat(keys.signed(Signature.of("another-key-of-chars", CONTENT), CONTENT)).isFalse();
    environment.remove("OLD");
    assertThat(keys.signed(old, CONTENT)).isFalse();
    assertThat(keys.sign(CONTENT)).isEqualTo(Signature.of("fedcba9876543210", CONTENT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer 0123456789abcdef", "bearer  fedcba9876543210 "})
  void eachKeyIsABearerToken(String header) {
    assertThat(keys.hasBearer(Optional.of(header))).isTrue();
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
  void nothingElseIs(String header) {
    assertThat(keys.hasBearer(Optional.of(header))).isFalse();
    assertThat(keys.hasBearer(Optional.empty())).isFalse();
  }

  @Test
  void withoutAnyKeyNobodyIsJudged() {
    environment.clear();

    assertThatThrownBy(() -> keys.has("0123456789abcdef"))
        .isInstanceOf(Unavailable.class)
        .hasMessage("no key of a test can be used");
  }

  /// Anybody may cause the reading of a key, as often as he likes.
  @Test
  void aKeyThatCanNotBeUsedIsSaidOnceUntilItCanBeAgain() {
    List<String> said = new java.util.concurrent.CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            said.add(record.getLevel() + " " + List.of(record.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(KeyRing.class.getName());
    logger.addHandler(handler);
    try {
      environment.put("OLD", "short-secret");
      for (int i = 0; i < 100; i++) {
        keys.has("somebody-tries-this");
      }
      environment.put("OLD", "0123456789abcdef");
      keys.has("somebody-tries-this");
    } finally {
      logger.removeHandler(handler);
    }

    assertThat(said)
        .containsExactly(
            "WARNING [a test, env:OLD has 12 characters, expected 16 to 4096]",
            "INFO [a test, env:OLD]");
  }
}
