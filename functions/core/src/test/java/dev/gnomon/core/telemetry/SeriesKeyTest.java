package dev.gnomon.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesKeyTest {
  @Test
  void theOrderOfLabelsDoesNotMatter() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("b", "2");
    one.put("a", "1");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("a", "1");
    other.put("b", "2");

    assertThat(SeriesKey.of("up", one).id()).isEqualTo(SeriesKey.of("up", other).id());
    assertThat(SeriesKey.of("up", one)).hasToString("up{a=\"1\",b=\"2\"}");
  }

  @Test
  void keysThatOnlyCutDifferentlyAreDifferent() {
    assertThat(SeriesKey.of("up", Map.of("ab", "c")).id())
        .isNotEqualTo(SeriesKey.of("up", Map.of("a", "bc")).id());
  }

  @Test
  void tooManyOrTooLongLabelsAreRefused() {
    Map<String, String> many =
        IntStream.range(0, 33).boxed().collect(Collectors.toMap(i -> "l" + i, i -> "v"));

    assertThatThrownBy(() -> SeriesKey.of("up", many)).hasMessageContaining("33 labels");
    assertThatThrownBy(() -> SeriesKey.of("up", Map.of("a", "x".repeat(513))))
        .hasMessageContaining("513 characters");
  }

  /// A schema that lets 512 characters in counts none of them twice.
  @Test
  void charactersAreCountedAsTheSchemaCountsThem() {
    String faces = "\uD83D\uDE00".repeat(512);

    assertThat(SeriesKey.of("up", Map.of("a", faces)).labels()).containsEntry("a", faces);
    assertThatThrownBy(() -> SeriesKey.of("up", Map.of("a", faces + "x")))
        .hasMessageContaining("513 characters");
  }
}
