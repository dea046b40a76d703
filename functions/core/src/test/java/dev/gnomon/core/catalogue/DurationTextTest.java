package dev.gnomon.core.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "15m, PT15M",
    "1h30m, PT1H30M",
    "2d, P2D",
    "500ms, PT0.5S",
    "PT15M, PT15M",
    "P1D, PT24H",
    "PT0.5S, PT0.5S",
    "0s, PT0S"
  })
  void readsBothForms(String text, Duration expected) {
    assertThat(DurationText.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "15", "m", "15 m", "-5s", "1.5h", "PT-5S", "15M", "P", "99999999999s", "soon"})
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a duration such as 30s, 15m, 1h30m or PT15M, found '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1d2h3m4s5ms", "90s", "1h", "0s", "250ms"})
  void whatIsWrittenReadsBackTheSame(String text) {
    Duration duration = DurationText.parse(text);

    assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
  }

  @Test
  void theShortFormHasNoEmptyUnits() {
    assertThat(DurationText.format(Duration.ofMinutes(90))).isEqualTo("1h30m");
  }
}
