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
}
