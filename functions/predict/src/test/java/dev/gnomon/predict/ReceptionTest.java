package dev.gnomon.predict;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.http.Rejection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceptionTest {
  private static final Map<String, String> VARIABLES =
      Map.of("OLD", "old-token-of-16-chars", "NEW", "new-token-of-16-chars", "SHORT", "short");

  private static Reception reception(String... tokens) {
    return new Reception(
        java.util.Arrays.stream(tokens).<Secret>map(Secret.Variable::new).toList(),
        new Secrets(name -> Optional.ofNullable(VARIABLES.get(name))),
        new SimpleMeterRegistry());
  }

  private static void send(Reception reception, String... authorization) {
    reception.door("/x", Optional.empty(), List.of(authorization));
  }

  @Test
  void anyOfTheTokensLetsIn() {
    Reception reception = reception("OLD", "NEW", "GONE");

    assertThatCode(() -> send(reception, "Bearer old-token-of-16-chars"))
        .doesNotThrowAnyException();
    assertThatCode(() -> send(reception, "bearer new-token-of-16-chars"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer x",
        "Basic old-token-of-16-chars",
        "Bearer SHORT",
        "Bearer short"
      })
  void anythingElseDoesNot(String header) {
    assertThatThrownBy(() -> send(reception("OLD", "SHORT"), header)).isInstanceOf(Rejection.class);
    assertThatThrownBy(() -> send(reception("OLD"), "Bearer old-token-of-16-chars", header))
        .isInstanceOf(Rejection.class);
  }

  @Test
  void ifNoTokenCanBeReadNobodyComesIn() {
    assertThatThrownBy(() -> send(reception("GONE", "SHORT"), "Bearer short"))
        .isInstanceOf(Unavailable.class);
  }
}
