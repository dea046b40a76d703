package dev.gnomon.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Setting<Integer> BYTES =
      Setting.required("gnomon.test.bytes", "bytes", Setting.integer(1, 10));
  private static final Setting<Optional<URI>> URL =
      Setting.optional("gnomon.test.url", "an address", Setting::httpUrl);
  private static final Setting<Duration> WAIT =
      Setting.required(
          "gnomon.test.wait",
          "how long",
          Setting.duration(Duration.ofSeconds(1), Duration.ofHours(1)));
  private static final Setting<Boolean> ON =
      Setting.required("gnomon.test.on", "a switch", Setting::truth);

  private static Settings settings(Map<String, String> given) {
    return new Settings(
        List.of(BYTES, URL, WAIT, ON), key -> Optional.ofNullable(given.get(key)), given.keySet());
  }

  @Test
  void valuesAreTyped() {
    Settings settings =
        settings(
            Map.of(
                "gnomon.test.bytes", "7",
                "gnomon.test.wait", "PT5S",
                "gnomon.test.on", "true",
                "gnomon.test.url", " ",
                "quarkus.http.port", "1"));

    assertThat(settings.get(BYTES)).isEqualTo(7);
    assertThat(settings.get(URL)).isEmpty();
    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.get(ON)).isTrue();
  }

  @Test
  void everyErrorIsReportedAtOnce() {
    assertThatThrownBy(() ->
            settings(
                Map.of(
                    "gnomon.test.bytes", "11",
                    "gnomon.test.url", "ftp://x",
                    "gnomon.test.on", "yes",
                    "gnomon.test.typo", "1",
                    "gnomon.other", "2")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("6 settings are wrong")
        .hasMessageContaining("gnomon.test.bytes: expected a whole number from 1 to 10, found '11'")
        .hasMessageContaining("gnomon.test.url: expected an http or https URL, found 'ftp://x'")
        .hasMessageContaining("gnomon.test.wait: is missing: how long")
        .hasMessageContaining("gnomon.test.on: expected true or false, found 'yes'")
        .hasMessageContaining("gnomon.test.typo: is not a setting of this program")
        .hasMessageContaining("gnomon.other: is not a setting of this program");
  }

  @Test
  void settingOfTwoModulesIsAnError() {
    assertThatThrownBy(() -> new Settings(List.of(ON, ON), key -> Optional.of("true"), List.of()))
        .hasMessageContaining("gnomon.test.on: is declared twice");
  }

  @Test
  void undeclaredSettingCanNotBeRead() {
    Settings none = new Settings(List.of(), key -> Optional.empty(), List.of());

    assertThatThrownBy(() -> none.get(ON)).hasMessageContaining("not declared by any module");
  }
}
