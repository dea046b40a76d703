package dev.gnomon.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "orders, order, false",
    "orders, orders-1, false",
    "orders-*, orders-1, true",
    "orders-*, orders-, true",
    "*, '', true",
    "*-db-*, a-b-db-c, true",
    "*-db-*, a-b-dbc, false",
    "a*b*c, aXbXbc, true",
    "a.c, abc, false",
    "[a-z], b, false",
  })
  void aStarIsAnyRunAndAllElseItself(String pattern, String value, boolean matches) {
    assertThat(new Glob(pattern).matches(value)).isEqualTo(matches);
  }

  @Test
  void aHostileValueCostsNoTime() {
    Glob glob = new Glob("*a".repeat(90));

    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 1000; i++) {
            assertThat(glob.matches("a".repeat(89) + "b".repeat(400))).isFalse();
          }
        });
  }

  @Test
  void anEmptyOrLongPatternIsRefused() {
    assertThatThrownBy(() -> new Glob("")).hasMessageContaining("1 to 200");
    assertThatThrownBy(() -> new Glob("x".repeat(201))).hasMessageContaining("found 201");
  }
}
