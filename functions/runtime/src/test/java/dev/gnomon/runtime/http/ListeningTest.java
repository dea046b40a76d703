package dev.gnomon.runtime.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.settings.InvalidSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningTest {
  private static final List<Secret> ONE = List.of(Secret.parse("env:TOKEN"));

  private static ApiDoor door(List<Secret> read, List<Secret> write) {
    return new ApiDoor(read, write, new Secrets(name -> Optional.empty()));
  }

  private static ApiDoor open() {
    return door(List.of(), List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7", "no-such-host.invalid"})
  void withoutTokensOthersThanThisMachineAreNotListenedTo(String host) {
    assertThatExceptionOfType(InvalidSettings.class)
        .isThrownBy(() -> new Listening(host, false).permit(open()))
        .withMessageContaining("gnomon.api.read-tokens")
        .withMessageContaining("gnomon.api.write-tokens")
        .withMessageContaining(host)
        .withMessageContaining("gnomon.api.open=true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.8", "::1", "localhost"})
  void theLoopbackNeedsNoTokens(String host) {
    assertThatCode(() -> new Listening(host, false).permit(open())).doesNotThrowAnyException();
  }

  @Test
  void tokensOpenEveryAddress() {
    assertThatCode(() -> new Listening("0.0.0.0", false).permit(door(ONE, ONE)))
        .doesNotThrowAnyException();
    assertThatCode(() -> new Listening("0.0.0.0", false).permit(door(List.of(), ONE)))
        .doesNotThrowAnyException();
  }

  @Test
  void whoSaysSoMayStandOpen() {
    assertThatCode(() -> new Listening("0.0.0.0", true).permit(open())).doesNotThrowAnyException();
  }

  @Test
  void openAndTokensContradictEachOther() {
    assertThatExceptionOfType(InvalidSettings.class)
        .isThrownBy(() -> new Listening("127.0.0.1", true).permit(door(ONE, ONE)))
        .withMessageContaining("contradict");
  }
}
