package dev.gnomon.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LagTest {
  private static long ago(long seconds) {
    return System.nanoTime() - TimeUnit.SECONDS.toNanos(seconds);
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void isUnknownUntilTheTreesWereEqualOnce() {
    Lag lag = new Lag();
    lag.batch(ago(1));

    assertThat(lag.now().current()).isEmpty();
    assertThat(lag.now().batches()).isEqualTo(1);
  }

  @Test
  void growsWhileNothingIsBroughtOver() {
    Lag lag = new Lag();
    lag.equalAsOf(ago(90));

    assertThat(lag.now().current().orElseThrow()).isBetween(seconds(90), seconds(95));
  }

  @Test
  void neverGoesBackByALateWord() {
    Lag lag = new Lag();
    lag.equalAsOf(ago(1));
    lag.equalAsOf(ago(50));

    assertThat(lag.now().current().orElseThrow()).isLessThan(seconds(10));
  }

  @Test
  void ofManyBatchesSomeAreShown() {
    Lag lag = new Lag();
    for (int i = 1; i <= 5000; i++) {
      lag.batch(ago(i % 100 == 0 ? 60 : 2));
    }

    Lag.Reading reading = lag.now();
    assertThat(reading.median().orElseThrow()).isBetween(seconds(2), seconds(5));
    assertThat(reading.p99().orElseThrow()).isLessThanOrEqualTo(seconds(65));
    assertThat(reading.max().orElseThrow()).isBetween(seconds(60), seconds(65));
    assertThat(reading.batches()).isEqualTo(5000);
  }

  @Test
  void isUnknownAgainWhenSomethingElseIsFollowed() {
    Lag lag = new Lag();
    lag.equalAsOf(ago(1));

    lag.forget();

    assertThat(lag.now().current()).isEmpty();
  }
}
