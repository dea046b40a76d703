package dev.gnomon.protect.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HookJsonTest {
  @Test
  void textOfOthersIsShownWithoutWhatCantBeOrTurnsTheRest() {
    assertThat(HookJson.shown("a\u202eb\u0085c\nd\u0000\ud83d")).isEqualTo("a\ufffdb c d \ufffd");
    String cut = HookJson.shown("x".repeat(199) + "\ud83d\ude00y");
    assertThat(cut).isEqualTo("x".repeat(199) + "…");
  }

  private static java.util.Optional<String> token(String body) {
    return HookJson.seek(
        body.getBytes(java.nio.charset.StandardCharsets.UTF_8), "metadata", "token");
  }

  @Test
  void aTokenIsFoundWhereverItStandsAndNowhereElse() {
    assertThat(token("{\"metadata\":{\"token\":\"t\"}}")).contains("t");
    assertThat(
            token(
                "{\"a\":[{\"token\":\"x\"}],\"metadata\":{\"b\":{\"token\":\"y\"},\"token\":\"t\"}}"))
        .contains("t");
    for (String none :
        new String[] {
          "",
          "[]",
          "{",
          "7",
          "{\"token\":\"x\"}",
          "{\"metadata\":\"token\"}",
          "{\"metadata\":{}}",
          "{\"metadata\":{\"token\":7}}",
          "{\"metadata\":[{\"token\":\"x\"}]}",
          "{\"a\":{\"metadata\":{\"token\":\"x\"}}}",
          "{\"metadata\":{},\"token\":\"x\"}"
        }) {
      assertThat(token(none)).as(none).isEmpty();
    }
  }
}
