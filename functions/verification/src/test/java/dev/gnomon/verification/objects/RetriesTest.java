package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.Retries.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Limits LIMITS =
      new Limits(6, Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(10));
  private static final RandomGenerator HIGHEST = new Constant();

  private final List<Duration> pauses = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();

  /// Draws the largest value of any range.
  private static final class Constant implements RandomGenerator {
    @Override
    public long nextLong() {
      return Long.MAX_VALUE;
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }

  private Retries retries(Limits limits) {
    return new Retries(
        limits,
        pause -> {
          pauses.add(pause);
          nanos.addAndGet(pause.toNanos());
        },
        HIGHEST,
        nanos::get);
  }

  private Object failing(Kind kind, int times) {
    if (calls.incrementAndGet() <= times) {
      throw new ObjectStoreException(kind, "fault " + calls.get());
    }
    return "done";
  }

  @Test
  void aTransientFaultIsRepeatedWithBoundsThatDoubleUpToTheLongest() {
    Object result = retries(LIMITS).call(() -> failing(Kind.TRANSIENT, 5));

    assertThat(result).isEqualTo("done");
    assertThat(pauses.stream().map(Duration::toMillis))
        .containsExactly(100L, 200L, 400L, 400L, 400L);
  }

  @Test
  void pausesAreDrawnBelowTheirBound() {
    Retries jittered =
        new Retries(LIMITS, pauses::add, RandomGenerator.of("L64X128MixRandom"), nanos::get);

    jittered.call(() -> failing(Kind.TRANSIENT, 2));

    assertThat(pauses.get(0)).isBetween(Duration.ZERO, Duration.ofMillis(100));
    assertThat(pauses.get(1)).isBetween(Duration.ZERO, Duration.ofMillis(200));
  }

  @Test
  void theLastFaultComesThroughWhenTheAttemptsAreUsedUp() {
    assertThatThrownBy(() -> retries(LIMITS).call(() -> failing(Kind.TRANSIENT, 99)))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("fault 6 (given up after 6 attempts")
        .extracting(e -> ((ObjectStoreException) e).kind())
        .isEqualTo(Kind.TRANSIENT);
    assertThat(calls).hasValue(6);
  }

  @Test
  void noAttemptBeginsAfterTheTotalTime() {
    Limits hasty =
        new Limits(50, Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(1));

    assertThatThrownBy(() -> retries(hasty).call(() -> failing(Kind.TRANSIENT, 99)))
        .hasMessageContaining("given up after 4 attempts");
    assertThat(nanos.get()).isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void permanentFaultsAndUnknownOutcomesComeThroughAtOnce() {
    assertThatThrownBy(() -> retries(LIMITS).call(() -> failing(Kind.PERMANENT, 1)))
        .hasMessage("fault 1");
    calls.set(0);
    assertThatThrownBy(() -> retries(LIMITS).call(() -> failing(Kind.OUTCOME_UNKNOWN, 1)))
        .hasMessage("fault 1");
    calls.set(0);
    assertThatThrownBy(() -> retries(LIMITS).callRepeatable(() -> failing(Kind.PERMANENT, 1)))
        .hasMessage("fault 1");
    assertThat(pauses).isEmpty();
  }

  @Test
  void repeatableCallsAreRepeatedAfterUnknownOutcomesToo() {
    assertThat(retries(LIMITS).callRepeatable(() -> failing(Kind.OUTCOME_UNKNOWN, 3)))
        .isEqualTo("done");
    assertThat(calls).hasValue(4);
  }

  @Test
  void manyAttemptsDoNotOverflowTheBound() {
    Limits patient =
        new Limits(200, Duration.ofMillis(1), Duration.ofMillis(7), Duration.ofDays(1));

    retries(patient).call(() -> failing(Kind.TRANSIENT, 150));

    assertThat(pauses).hasSize(150).last().isEqualTo(Duration.ofMillis(7));
  }

  @Test
  void anInterruptedThreadDoesNotInsist() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> retries(LIMITS).call(() -> failing(Kind.TRANSIENT, 1)))
          .hasMessage("fault 1");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
