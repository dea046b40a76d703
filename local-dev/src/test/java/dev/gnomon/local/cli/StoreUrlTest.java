package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.places.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUrlTest {
  private static final Map<String, String> KEYS =
      Map.of("AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b");

  @TempDir Path directory;

  @Test
  void directoriesMayBeNamedInThreeWaysAndHoldAnyCharacter() {
    Path odd = directory.resolve("100% ü #?");

    for (String url : new String[] {"file:" + odd, "file://" + odd}) {
      try (StoreUrl.Opened opened =
          StoreUrl.open(url, Optional.empty(), true, Map.<String, String>of()::get)) {
        assertThat(opened.resources()).isEmpty();
      }
    }
    assertThat(odd).isDirectory();
    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(odd));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "ftp://h/b",
        "s3+http://h",
        "s3+http://h/",
        "s3+http:///b",
        "file:",
        "s3+http://a:b@h/b",
        "s3+http://h/b?x=1",
        "s3+http://h h/b"
      })
  void otherUrlsAreWrongUse(String url) {
    assertThatThrownBy(() -> StoreUrl.open(url, Optional.empty(), true, KEYS::get))
        .isInstanceOf(Failure.class)
        .extracting(e -> ((Failure) e).exitCode())
        .isEqualTo(2);
  }

  @Test
  void aPlaceInTheBucketOfTheStoreIsApartFromItOrRefused() {
    try (StoreUrl.Opened opened =
        StoreUrl.open("s3+http://h:9000/shop/gnomon", Optional.empty(), false, KEYS::get)) {
      opened.requireApart(Place.of("s3+http://h:9000/shop/assets"));
      opened.requireApart(Place.of("/srv/shop"));
      for (String place : List.of("s3+http://H:9000/shop", "s3+http://h:9000/shop/gnomon/store")) {
        assertThatThrownBy(() -> opened.requireApart(Place.of(place)))
            .isInstanceOf(Failure.class)
            .hasMessageContaining("overlap");
      }
    }
    try (StoreUrl.Opened odd =
        StoreUrl.open("s3+http://h//backups", Optional.empty(), false, KEYS::get)) {
      odd.requireApart(Place.of("s3+http://h/shop"));
    }
  }

  @Test
  void missingCredentialsAreNamed() {
    assertThatThrownBy(() ->
            StoreUrl.open(
                "s3+http://h/b", Optional.empty(), true, Map.of("AWS_ACCESS_KEY_ID", "a")::get))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("AWS_SECRET_ACCESS_KEY (or GNOMON_S3_SECRET_KEY)");
  }

  @Test
  void aServerThatIsNotThereIsOneSentence() {
    Shell shell = Shell.run("points", "list", "--store", "s3+http://127.0.0.1:1/b");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).startsWith("gnomon: ").hasLineCount(1);
  }
}
