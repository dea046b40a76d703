package dev.gnomon.core.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectNameTest {
  /// The form as a pattern says it.
  private static final Pattern FORM =
      Pattern.compile(
          "(?!\\.\\.?(/|$))[A-Za-z0-9._@=+-]{1,200}+(/(?!\\.\\.?(/|$))[A-Za-z0-9._@=+-]{1,200}+)*+");

  private static boolean isName(String text) {
    try {
      return new ObjectName(text).value().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a/b", "routes/site/00000000000000000001", ".a", "..a", "a..", "...", "a/.b"})
  void these(String name) {
    assertThat(isName(name)).isTrue();
    assertThat(ObjectName.canBegin(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "a/", "/a", "a//b", ".", "..", "a/.", "a/..", "./a", "../a", "a/../b", "a b",
        "a\\b", "a\n", "\u00e4", "a\u0000", "a:b", "a*"
      })
  void notThese(String name) {
    assertThat(isName(name)).isFalse();
  }

  @Test
  void segmentsAndNamesHaveALimit() {
    String longest = "x".repeat(ObjectName.MAX_SEGMENT_LENGTH);

    assertThat(isName(longest + "/" + longest)).isTrue();
    assertThat(isName(longest + "x")).isFalse();
    assertThat(isName("x/".repeat(350) + "x")).isFalse();
    assertThat(ObjectName.isSegment(longest)).isTrue();
    assertThat(ObjectName.isSegment("a/b")).isFalse();
    assertThat(ObjectName.isSegment("..")).isFalse();
  }

  /// Short texts of the letters that matter: nearly every combination occurs.
  @Test
  void itIsThePatternForRandomTexts() {
    Random random = new Random(20261122);
    String letters = "aZ0._@=+-//.. \u00e9:";
    for (int round = 0; round < 200_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(8); length > 0; length--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      assertThat(isName(text.toString())).as("'%s'", text).isEqualTo(FORM.matcher(text).matches());
    }
  }
}
