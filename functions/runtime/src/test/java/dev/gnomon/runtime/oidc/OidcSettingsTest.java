package dev.gnomon.runtime.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gnomon.runtime.settings.InvalidSettings;
import dev.gnomon.runtime.settings.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OidcSettingsTest {
  private static final String URL = "https://kubernetes.default.svc/openid/v1/jwks";

  private static void agree(Map<String, String> values) {
    OidcSettings.agree(
        new Settings(
            new OidcSettings().settings(),
            key -> Optional.ofNullable(values.get(key)),
            values.keySet()));
  }

  private static void refused(Map<String, String> values, String... words) {
    assertThatExceptionOfType(InvalidSettings.class)
        .isThrownBy(() -> agree(values))
        .satisfies(said -> assertThat(said).hasMessageContainingAll(words));
  }

  @Test
  void nothingOrEnoughIsSet() {
    agree(Map.of());
    agree(Map.of("gnomon.oidc.audience", "a", "gnomon.oidc.discovery", URL));
    agree(Map.of("gnomon.oidc.audience", "a", "gnomon.oidc.issuer", "i", "gnomon.oidc.keys", URL));
  }

  @Test
  void settingsThatWouldLeaveTheDoorOpenAreRefused() {
    refused(Map.of("gnomon.oidc.discovery", URL), "gnomon.oidc.audience", "no event needs a token");
    refused(Map.of("gnomon.oidc.subjects", "a"), "gnomon.oidc.audience");
    refused(Map.of("gnomon.oidc.audience", "a"), "gnomon.oidc.discovery");
    refused(Map.of("gnomon.oidc.audience", "a", "gnomon.oidc.issuer", "i"), "gnomon.oidc.keys");
  }

  @Test
  void keysComeByHttpsOnly() {
    refused(
        Map.of("gnomon.oidc.audience", "a", "gnomon.oidc.discovery", "http://127.0.0.1/x"),
        "gnomon.oidc.discovery",
        "expected an https URL");
  }

  @Test
  void aStarStandsAtTheEndOnly() {
    for (String none : new String[] {"*a", "a*b", "a,,b", "a, "}) {
      refused(
          Map.of(
              "gnomon.oidc.audience", "a",
              "gnomon.oidc.discovery", URL,
              "gnomon.oidc.subjects", none),
          "gnomon.oidc.subjects",
          "expected a subject");
    }
  }
}
