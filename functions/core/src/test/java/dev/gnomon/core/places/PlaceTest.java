package dev.gnomon.core.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {

  @Test
  void pathIsADirectory() {
    assertThat(Place.of("/srv/site")).isEqualTo(Place.of(Path.of("/srv/site")));
    assertThat(Place.of("/srv/site").toString()).isEqualTo("/srv/site");
  }

  @ParameterizedTest
  @CsvSource({
    "s3+http://host:9000/bucket/data, http://host:9000, bucket, data/",
    "s3+https://Host:443/bucket/a/b/, https://host, bucket, a/b/",
    "s3+http://[::1]:9000/bucket, http://[::1]:9000, bucket, ''",
    "s3+http://host/bucket/a%20b%2525, http://host, bucket, a b%25/",
    "s3+http://host/bucket/grün, http://host, bucket, grün/",
    "s3+http://host/bucket/a//, http://host, bucket, a//",
    "s3+http://host/bucket//, http://host, bucket, /",
  })
  void addressIsAPrefixAndComesBackFromItsText(
      String text, String endpoint, String bucket, String prefix) {
    Place place = Place.of(text);

    assertThat(place)
        .isInstanceOfSatisfying(
            S3Prefix.class,
            found -> {
              assertThat(found.endpoint()).hasToString(endpoint);
              assertThat(found.bucket()).isEqualTo(bucket);
              assertThat(found.prefix()).isEqualTo(prefix);
            });
    assertThat(Place.of(place.toString())).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3+ftp://host/bucket",
        "s3+http:///bucket",
        "s3+http://host",
        "s3+http://host/",
        "s3+http://host/b",
        "s3+http://host/bucket?x",
        "s3+http://host/bucket#x",
        "s3+http://host/bucket/%zz",
      })
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> Place.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected ");
  }

  @Test
  void credentialsInAnAddressAreRefusedAndNotRepeated() {
    assertThatThrownBy(() -> Place.of("s3+http://me:secret@host/bucket"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("credentials")
        .hasMessageNotContaining("secret@");
  }

  @Test
  void prefixDoesNotTakeInKeysThatOnlyBeginAlike() {
    S3Prefix data = S3Prefix.of("s3+http://host/bucket/data");

    assertThat(data.overlaps(S3Prefix.of("s3+http://host/bucket/database"))).isFalse();
    assertThat(data.overlaps(S3Prefix.of("s3+http://host/bucket/data/x"))).isTrue();
    assertThat(data.overlaps(S3Prefix.of("s3+http://host:80/bucket"))).isTrue();
    assertThat(data.overlaps(S3Prefix.of("s3+http://host/other/data"))).isFalse();
  }

  @Test
  void directoryIsStoredAsPathsEverWere() throws JsonProcessingException {
    Path path = Path.of("/srv/a site");

    assertThat(Json.MAPPER.writeValueAsString(Place.of(path)))
        .isEqualTo(Json.MAPPER.writeValueAsString(path))
        .isEqualTo("\"file:///srv/a%20site\"");
  }

  @ParameterizedTest
  @CsvSource({
    "file:///srv/a%20site, /srv/a site",
    "file:///srv/site/, /srv/site",
    "/srv/site, /srv/site",
    "s3+http://host/bucket/data, s3+http://host/bucket/data",
  })
  void storedPlaceIsRead(String stored, String place) throws JsonProcessingException {
    assertThat(Json.MAPPER.readValue("\"" + stored + "\"", Place.class)).isEqualTo(Place.of(place));
  }
}
