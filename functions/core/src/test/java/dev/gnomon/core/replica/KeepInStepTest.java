package dev.gnomon.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.replica.ChangeFeed.Changes;
import dev.gnomon.core.replica.TreeMirror.Brought;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeepInStepTest {
  private static final Duration TAKES = Duration.ofMillis(500);
  private static final Change KEY = Change.of("key");

  private final List<Long> began = new ArrayList<>();
  private final List<Long> ended = new ArrayList<>();
  private final List<Change> brought = new ArrayList<>();
  private final Deque<Changes> told = new ArrayDeque<>();
  private final List<Long> met = new ArrayList<>();
  private List<String> faults = List.of();
  private boolean anybodys = true;
  private Runnable meanwhile = () -> {};

  private static Changes lost() {
    long now = System.nanoTime();
    return new Changes(List.of(KEY), Optional.of("lost"), Optional.empty(), now, now);
  }

  private final class Told implements ChangeFeed {
    @Override
    public Changes take(Duration wait) {
      Changes next = told.poll();
      if (next != null) {
        return next;
      }
      pass(wait);
      return new Changes(
          List.of(), Optional.empty(), Optional.empty(), System.nanoTime(), System.nanoTime());
    }

    @Override
    public boolean isAnybodys() {
      return anybodys;
    }

    @Override
    public void close() {}
  }

  private static void pass(Duration time) {
    try {
      boolean ignored = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Slow implements TreeMirror {
    @Override
    public Brought everything(Depth depth, Control control) {
      began.add(System.nanoTime());
      pass(TAKES);
      meanwhile.run();
      control.between();
      ended.add(System.nanoTime());
      return made();
    }

    @Override
    public Brought changed(List<Change> changes, Control control) {
      brought.addAll(changes);
      return made();
    }

    private Brought made() {
      List<String> none = List.of();
      return new Brought(
          true, 10, 0, 0, 0, 0, List.of(), 0, faults, faults.size(), none, Long.MAX_VALUE);
    }

    @Override
    public Optional<Long> met() {
      return Optional.of(10L);
    }

    @Override
    public void close() {}
  }

  private KeepInStep keep() {
    return new KeepInStep(
        Told::new,
        new Slow(),
        Clock.systemUTC(),
        new Lag(),
        KeepInStep.COMPARE_EVERY,
        Duration.ofDays(1),
        Optional.of(Clock.systemUTC().millis()),
        () -> false,
        new KeepInStep.Guard() {
          @Override
          public boolean mayShrinkTo(long files) {
            return true;
          }

          @Override
          public void met(long files) {
            met.add(files);
          }
        });
  }

  private void untilCompared(KeepInStep keep, int times) throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ended.size() < times && System.nanoTime() < until) {
      keep.step(Duration.ofMillis(20));
    }
    assertThat(ended).hasSizeGreaterThanOrEqualTo(times);
  }

  private Duration pause(int after) {
    return Duration.ofNanos(began.get(after) - ended.get(after - 1));
  }

  private static final Duration REST = TAKES.multipliedBy(5);

  @Test
  void whatIsToldWhileEverythingIsComparedCausesNoComparisonWithoutAPause() throws IOException {
    try (KeepInStep keep = keep()) {
      meanwhile = () -> told.add(lost());

      untilCompared(keep, 3);

      assertThat(List.of(pause(1), pause(2))).allMatch(pause -> pause.compareTo(REST) >= 0);
    }
  }

  @Test
  void whatIsToldAgainAndAgainCausesNoComparisonWithoutAPause() throws IOException {
    try (KeepInStep keep = keep()) {
      untilCompared(keep, 1);
      Stream.generate(KeepInStepTest::lost).limit(100).forEach(told::add);

      untilCompared(keep, 2);

      assertThat(pause(1)).isGreaterThanOrEqualTo(REST);
    }
  }

  @Test
  void whatIsToldTogetherWithALossIsBroughtAtOnce() throws IOException {
    try (KeepInStep keep = keep()) {
      untilCompared(keep, 1);
      told.add(lost());

      keep.step(Duration.ofMillis(20));

      assertThat(brought).containsExactly(KEY);
      assertThat(ended).hasSize(1);
      assertThat(keep.isInStep()).isTrue();
    }
  }

  /// The system itself says so: nobody makes it up.
  @Test
  void whatTheSystemLostIsComparedAtOnce() throws IOException {
    anybodys = false;
    try (KeepInStep keep = keep()) {
      untilCompared(keep, 1);
      told.add(lost());

      untilCompared(keep, 2);

      assertThat(pause(1)).isLessThan(REST);
    }
  }

  /// One object that can't be read for good keeps a replica from ever being in step.
  @Test
  void whatIsMetCountsAlsoWhereItCantBeBroughtOver() throws IOException {
    faults = List.of("'key': archived");
    try (KeepInStep keep = keep()) {
      untilCompared(keep, 1);

      assertThat(keep.isInStep()).isFalse();
      assertThat(met).containsExactly(10L);
    }
  }
}
