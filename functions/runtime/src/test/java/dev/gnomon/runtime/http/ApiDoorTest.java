package dev.gnomon.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.RuntimeSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiDoorTest {
  private static final Secrets SECRETS = new Secrets(name -> Optional.empty());

  @Test
  void readersWithTokensBesideChangesWithoutAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ApiDoor(List.of(Secret.parse("env:READ")), List.of(), SECRETS))
        .withMessageContaining("gnomon.api.read-tokens without gnomon.api.write-tokens");
  }

  @Test
  void changesMayNeedATokenWhereEverybodyMayRead() {
    assertThat(new ApiDoor(List.of(), List.of(Secret.parse("env:WRITE")), SECRETS).guards())
        .isTrue();
    assertThat(new ApiDoor(List.of(), List.of(), SECRETS).guards()).isFalse();
  }

  @Test
  void severalTokensAreSeveralReferences() {
    assertThat(
            RuntimeSettings.WRITE_TOKENS
                .form()
                .apply(Optional.of("file:/run/a , env:B"))
                .orElseThrow())
        .hasToString("[file:/run/a, env:B]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"the-token-itself-0123456789", "env:A,the-token-itself", "env:A,"})
  void tokenItselfIsRefusedAndNotRepeated(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RuntimeSettings.READ_TOKENS.form().apply(Optional.of(text)))
        .withMessageContaining("env:NAME or file:PATH")
        .withMessageNotContaining("the-token-itself");
  }
}
