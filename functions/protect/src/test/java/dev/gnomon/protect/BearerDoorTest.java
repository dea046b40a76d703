package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.runtime.http.Rejection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BearerDoorTest {
  private static final String RIGHT = "Bearer token-of-the-buckets";

  private static BearerDoor door(Map<String, String> environment) {
    return new BearerDoor(
        "notifications of buckets",
        Optional.of(Secret.parse("env:TOKEN")),
        new Secrets(name -> Optional.ofNullable(environment.get(name))));
  }

  @Test
  void onlyTheTokenItselfAndOnlyOnceOpens() {
    BearerDoor door = door(Map.of("TOKEN", "token-of-the-buckets"));

    assertThatCode(() -> door.admit(List.of(RIGHT))).doesNotThrowAnyException();
    assertThat(door.standsOpen()).isFalse();
    for (List<String> wrong :
        List.of(
            List.<String>of(),
            List.of(RIGHT + "x"),
            List.of("Basic token-of-the-buckets"),
            List.of(RIGHT, RIGHT))) {
      assertThatExceptionOfType(Rejection.class)
          .as(wrong.toString())
          .isThrownBy(() -> door.admit(wrong));
    }
  }

  /// As in a cluster whose Secret has no such key.
  @Test
  void nobodyComesInWhileTheTokenCanNotBeRead() {
    BearerDoor door = door(Map.of());

    assertThatExceptionOfType(Rejection.class).isThrownBy(() -> door.admit(List.of()));
    assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> door.admit(List.of(RIGHT)));
  }

  @Test
  void withoutATokenEverybodyComesIn() {
    BearerDoor door = BearerDoor.of("dead letters", Optional.empty());

    assertThat(door.standsOpen()).isTrue();
    assertThatCode(() -> door.admit(List.of())).doesNotThrowAnyException();
  }
}
