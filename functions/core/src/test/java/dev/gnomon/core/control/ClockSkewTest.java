package dev.gnomon.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockSkewTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  @Test
  void clocksWithinTheToleranceMayAgree() {
    assertThat(ClockSkew.beyond(NOON, NOON.plusSeconds(2), NOON, TOLERANCE)).isEmpty();
    assertThat(ClockSkew.beyond(NOON, NOON.minusSeconds(2), NOON, TOLERANCE)).isEmpty();
  }

  @Test
  void aSlowAnswerIsNotTakenForSkew() {
    assertThat(ClockSkew.beyond(NOON, NOON.plusSeconds(30), NOON.plusSeconds(30), TOLERANCE))
        .isEmpty();
  }

  @Test
  void saysWhichWayAClockIsWrong() {
    assertThat(ClockSkew.beyond(NOON, NOON.plusSeconds(60), NOON, TOLERANCE).orElseThrow())
        .contains("60 s ahead");
    assertThat(ClockSkew.beyond(NOON, NOON.minusSeconds(60), NOON, TOLERANCE).orElseThrow())
        .contains("60 s behind");
  }
}
