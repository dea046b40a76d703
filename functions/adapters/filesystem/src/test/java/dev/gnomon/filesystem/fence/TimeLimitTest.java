package dev.gnomon.filesystem.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
  private static final TimeLimit SHORT = new TimeLimit(Duration.ofMillis(50));

  @Test
  void callThatHangsIsGivenUp() {
    assertThat(SHORT.on(TimeLimitTest::hang, late -> "/srv/site " + late))
        .isEqualTo("/srv/site did not answer within 50 ms");
  }

  @Test
  void faultOfTheWorkIsTheFaultOfTheCall() {
    assertThatThrownBy(() ->
            SHORT.on(
                () -> {
                  throw new IllegalArgumentException("not absolute");
                },
                late -> ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void interruptEndsTheWaitAndIsKept() {
    Thread.currentThread().interrupt();

    assertThat(SHORT.on(TimeLimitTest::hang, late -> late)).contains("was not waited for");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static String hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "answer";
  }
}
