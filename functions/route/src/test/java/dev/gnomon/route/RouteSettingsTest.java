package dev.gnomon.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteSettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"file:/var/lib/gnomon/west", "s3+https://minio:9000/gnomon/west"})
  void controlStoreIsADirectoryOrAnS3(String url) {
    assertThat(RouteSettings.CONTROL_STORE.url().form().apply(Optional.of(url)))
        .contains(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/lib", "https://key:secret@host/bucket", "s3://bucket", ":"})
  void otherUrlsAreRefusedWithoutTheirPassword(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RouteSettings.CONTROL_STORE.url().form().apply(Optional.of(url)))
        .withMessageStartingWith("expected file:DIR or s3+http(s)://")
        .withMessageNotContaining("secret");
  }

  @Test
  void everythingCanBeLeftOutByAProcessThatEmbedsTheModule() {
    assertThat(new RouteSettings().settings())
        .filteredOn(setting -> !setting.equals(RouteSettings.VERIFY_EVERY))
        .allSatisfy(setting ->
            assertThat(setting.form().apply(Optional.empty())).isEqualTo(Optional.empty()));
  }
}
