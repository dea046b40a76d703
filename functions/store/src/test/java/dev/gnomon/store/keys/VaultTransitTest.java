package dev.gnomon.store.keys;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Vault's transit engine as it answers over HTTP.
class VaultTransitTest {
  private static final byte[] ABOUT = "of this store".getBytes();
  private static final String ENCRYPT = "/v1/some/transit/encrypt/gnomon";
  private static final String DECRYPT = "/v1/some/transit/decrypt/gnomon";

  @RegisterExtension
  static final WireMockExtension VAULT =
      WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>(Map.of("VAULT_TOKEN", "s.secret"));

  @Test
  void aDataKeyIsWrappedThereAndComesBack() throws Exception {
    VAULT.stubFor(post(ENCRYPT).willReturn(okJson("{\"data\":{\"ciphertext\":\"vault:v1:abc\"}}")));
    byte[] dataKey = new byte[32];
    dataKey[5] = 5;

    byte[] wrapped = vault().wrap(dataKey, ABOUT);

    assertThat(new String(wrapped)).isEqualTo("vault:v1:abc");
    VAULT.verify(
        postRequestedFor(urlEqualTo(ENCRYPT))
            .withHeader("X-Vault-Token", equalTo("s.secret"))
            .withHeader("X-Vault-Request", equalTo("true")));
    JsonNode asked = lastRequest();
    assertThat(asked.path("associated_data").asText())
        .isEqualTo(Base64.getEncoder().encodeToString(ABOUT));
    VAULT.stubFor(
        post(DECRYPT)
            .willReturn(
                okJson("{\"data\":{\"plaintext\":\"" + asked.path("plaintext").asText() + "\"}}")));

    assertThat(vault().unwrap(wrapped, ABOUT)).isEqualTo(dataKey);

    assertThat(lastRequest().path("ciphertext").asText()).isEqualTo("vault:v1:abc");
    assertThat(lastRequest().path("associated_data")).isEqualTo(asked.path("associated_data"));
  }

  @Test
  void tokenFileAndNamespaceAreReadForEachRequest() throws Exception {
    Path token = directory.resolve("token");
    environment.remove("VAULT_TOKEN");
    environment.put("VAULT_TOKEN_FILE", token.toString());
    environment.put("VAULT_NAMESPACE", "team/a");
    VAULT.stubFor(post(ENCRYPT).willReturn(okJson("{\"data\":{\"ciphertext\":\"vault:v1:abc\"}}")));
    MasterKey key = vault();

    for (String now : new String[] {"first", "second"}) {
      Files.writeString(token, now + "\n");
      key.wrap(new byte[32], ABOUT);

      VAULT.verify(
          postRequestedFor(urlEqualTo(ENCRYPT))
              .withHeader("X-Vault-Token", equalTo(now))
              .withHeader("X-Vault-Namespace", equalTo("team/a")));
    }
  }

  @Test
  void withoutATokenNothingIsAsked() {
    environment.clear();

    assertThatThrownBy(() -> vault().wrap(new byte[32], ABOUT))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("VAULT_TOKEN");
    assertThat(VAULT.getAllServeEvents()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "400, PERMANENT",
    "403, PERMANENT",
    "404, PERMANENT",
    "429, TRANSIENT",
    "500, TRANSIENT",
    "503, TRANSIENT"
  })
  void aRefusalSaysWhatVaultSaid(int status, Kind kind) {
    VAULT.stubFor(
        post(DECRYPT)
            .willReturn(
                aResponse().withStatus(status).withBody("{\"errors\":[\"no such thing\"]}")));

    assertThatThrownBy(() -> vault().unwrap("vault:v1:abc".getBytes(), ABOUT))
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining("vault+http://localhost")
        .hasMessageContaining("answered decrypt with " + status)
        .hasMessageContaining("no such thing")
        .hasMessageNotContaining("s.secret");
  }

  @Test
  void answersThatAreNoneAreFaults() {
    for (String body : new String[] {"<html>", "{}", "{\"data\":{\"plaintext\":7}}", "null"}) {
      VAULT.stubFor(post(DECRYPT).willReturn(okJson(body)));
      assertThatThrownBy(() -> vault().unwrap("vault:v1:abc".getBytes(), ABOUT))
          .as(body)
          .isInstanceOf(ObjectStoreException.class);
    }
    VAULT.stubFor(post(DECRYPT).willReturn(okJson("{\"data\":{\"plaintext\":\"#\"}}")));
    assertThatThrownBy(() -> vault().unwrap("vault:v1:abc".getBytes(), ABOUT))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("no Base64");
    VAULT.stubFor(post(DECRYPT).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    assertThatThrownBy(() -> vault().unwrap("vault:v1:abc".getBytes(), ABOUT))
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TRANSIENT));
  }

  @Test
  void theFingerprintIsThatOfTheAddress() {
    assertThat(vault().fingerprint())
        .matches("vault-[0-9a-f]{32}")
        .isEqualTo(vault().fingerprint());
    assertThat(vault().description()).startsWith("vault+http://localhost").endsWith("/gnomon");
  }

  private MasterKey vault() {
    return new MasterKeys(environment::get)
        .open("vault+http://localhost:%d/v1/some/transit/keys/gnomon".formatted(VAULT.getPort()));
  }

  private static JsonNode lastRequest() throws Exception {
    return Json.MAPPER.readTree(
        VAULT.getAllServeEvents().getFirst().getRequest().getBodyAsString());
  }
}
