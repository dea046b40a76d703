package dev.gnomon.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.local.broker.Delivery.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static Delivery with(Backoff backoff) {
    return new Delivery(
        5, backoff, Duration.ofMillis(100), Duration.ofSeconds(1), Optional.empty());
  }

  @Test
  void exponentialBackoffDoubles() {
    assertThat(
            IntStream.rangeClosed(1, 4)
                .mapToLong(
                    n -> with(Backoff.EXPONENTIAL).delayBefore(n, Optional.empty()).toMillis()))
        .containsExactly(100L, 200L, 400L, 800L);
  }

  @Test
  void linearBackoffGrowsByTheDelay() {
    assertThat(
            IntStream.rangeClosed(1, 4)
                .mapToLong(n -> with(Backoff.LINEAR).delayBefore(n, Optional.empty()).toMillis()))
        .containsExactly(100L, 200L, 300L, 400L);
  }

  @Test
  void theLongerOfBackoffAndRetryAfterCountsUpToTheLimit() {
    Delivery delivery = with(Backoff.LINEAR);
    assertThat(delivery.delayBefore(1, Optional.of(Duration.ofSeconds(3))))
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(delivery.delayBefore(1, Optional.of(Duration.ofSeconds(-3))))
        .isEqualTo(Duration.ofMillis(100));
    assertThat(delivery.delayBefore(1, Optional.of(Duration.ofDays(3))))
        .isEqualTo(Delivery.MAX_DELAY);
    assertThat(with(Backoff.EXPONENTIAL).delayBefore(1000, Optional.empty()))
        .isEqualTo(Delivery.MAX_DELAY);
  }
}
