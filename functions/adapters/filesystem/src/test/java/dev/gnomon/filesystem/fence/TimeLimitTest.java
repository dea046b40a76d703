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
    CountDownLatch never = new CountDownLatch(1);

    String answer =
        SHORT.on(
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return "answer";
            },
            late -> "/srv/site " + late);

    assertThat(answer).isEqualTo("/srv/site did not answer within 0 s");
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

    assertThat(SHORT.on(() -> "answer", late -> late)).contains("was not waited for");
    assertThat(Thread.interrupted()).isTrue();
  }
}
