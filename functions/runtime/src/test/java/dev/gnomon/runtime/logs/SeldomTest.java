package dev.gnomon.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeldomTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Seldom seldom = new Seldom(Duration.ofSeconds(1), nanos::get);

  @Test
  void whatComesOftenIsSaidOnceInAWhileAndCounted() {
    assertThat(seldom.line("first")).contains("first");
    for (int i = 0; i < 99; i++) {
      assertThat(seldom.line("again")).isEmpty();
    }
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(seldom.line("later")).contains("later (99 more like it before)");
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(seldom.line("last")).contains("last");
  }
}
