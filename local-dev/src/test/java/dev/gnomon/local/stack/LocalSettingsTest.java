package dev.gnomon.local.stack;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gnomon.runtime.oidc.OidcSettings;
import dev.gnomon.runtime.settings.InvalidSettings;
import dev.gnomon.runtime.settings.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalSettingsTest {
  private static Settings settings(Map<String, String> values) {
    return new Settings(
        new OidcSettings().settings(),
        key -> Optional.ofNullable(values.get(key)),
        values.keySet());
  }

  @Test
  void tokensThatItsBrokerCanNotBringAreNotAskedFor() {
    LocalSettings.agree(settings(Map.of()));

    assertThatExceptionOfType(InvalidSettings.class)
        .isThrownBy(() -> LocalSettings.agree(settings(Map.of("gnomon.oidc.audience", "a"))))
        .withMessageContaining("gnomon.oidc.audience")
        .withMessageContaining("dead letter");
  }
}
