package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProtectSettingsTest {
  @Test
  void anAddressThatLeavesNoRoomForALinkIsRefused() {
    String longest = "https://gnomon.example/" + "x".repeat(477);

    assertThat(ProtectSettings.address(longest)).hasToString(longest);
    assertThatThrownBy(() -> ProtectSettings.address(longest + "x"))
        .hasMessageContaining("expected at most 500 characters, found 501");
  }
}
