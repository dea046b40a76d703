package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3ObjectStoresTest {
  @ParameterizedTest
  @CsvSource({
    "s3+http://127.0.0.1:9000/shadows, http://127.0.0.1:9000, shadows, ''",
    "s3+https://s3.example.com/shadows/, https://s3.example.com, shadows, ''",
    "s3+https://s3.example.com/shadows/east/v1, https://s3.example.com, shadows, east/v1/",
    "S3+HTTP://host/shadows/east/, http://host, shadows, east/",
    "s3+http://[::1]:9000/shadows, http://[::1]:9000, shadows, ''"
  })
  void urlsNameEndpointBucketAndPrefix(String url, String endpoint, String bucket, String prefix) {
    S3Settings settings = S3ObjectStores.settings(URI.create(url), "access", "secret", "");

    assertThat(settings.endpoint()).isEqualTo(URI.create(endpoint));
    assertThat(settings.bucket()).isEqualTo(bucket);
    assertThat(settings.prefix()).isEqualTo(prefix);
    assertThat(settings.region()).isEqualTo("us-east-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:/x",
        "s3://bucket",
        "http://host/bucket",
        "s3+http:/bucket",
        "s3+http://host",
        "s3+http://host/",
        "s3+http://host/bucket?x=1",
        "s3+http://host/bucket#x",
        "s3+http://user:secret@host/bucket",
        "s3+http://host/bucket/../x",
        "s3+http://host/bucket/a//b",
        "s3+http://host/bucket/with%20space"
      })
  void otherUrlsAreRefused(String url) {
    assertThatThrownBy(() -> S3ObjectStores.open(URI.create(url), "access", "secret", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"B", "x", "under_score", "has..dots"})
  void namesThatNoServerTakesForABucketAreRefused(String bucket) {
    assertThatThrownBy(
            () -> S3ObjectStores.open(URI.create("s3+http://host/" + bucket), "a", "s", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void blankKeysAreRefused() {
    assertThatThrownBy(
            () -> S3ObjectStores.open(URI.create("s3+http://host/bucket"), " ", "secret", ""))
        .hasMessageContaining("access key");
  }

  @Test
  void settingsAreShownWithoutKeys() {
    S3Settings settings =
        S3ObjectStores.settings(
            URI.create("s3+http://host/bucket/p"), "the-access", "the-secret", "");

    assertThat(settings).hasToString("bucket bucket below p/ at http://host");
  }
}
