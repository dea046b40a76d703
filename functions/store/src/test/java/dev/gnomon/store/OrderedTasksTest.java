package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.store.restore.OrderedTasks;
import dev.gnomon.verification.waits.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrderedTasksTest {
  @Test
  void resultsComeInTheOrderOfSubmission() {
    List<Integer> results = new ArrayList<>();
    try (OrderedTasks tasks = new OrderedTasks(4)) {
      for (int i = 0; i < 10_000; i++) {
        int number = i;
        tasks.submit(() -> number, results::add);
      }
      tasks.drain();
    }
    assertThat(results).hasSize(10_000).isSorted();
  }

  @Test
  void afterAFaultNothingMoreIsBegun() {
    CountDownLatch submitted = new CountDownLatch(1);
    AtomicReference<Thread> thread = new AtomicReference<>();
    Queue<Integer> begun = new ConcurrentLinkedQueue<>();
    List<String> done = new ArrayList<>();
    try (OrderedTasks tasks = new OrderedTasks(1)) {
      tasks.submit(() -> "before", done::add);
      tasks.submit(
          () -> {
            wait(submitted);
            thread.set(Thread.currentThread());
            throw new IllegalStateException("a file is damaged");
          },
          nothing -> done.add("it"));
      for (int i = 0; i < 10; i++) {
        int number = i;
        tasks.submit(() -> begun.add(number), added -> done.add("behind"));
      }
      submitted.countDown();
      Patience.await().until(() -> isIdle(thread.get())); // whatever was in the queue

      assertThat(begun).isEmpty();
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(() -> tasks.submit(() -> begun.add(11), added -> done.add("later")))
            .hasMessageContaining("a file is damaged");
        assertThatThrownBy(() -> tasks.inOrder(() -> done.add("later")))
            .hasMessageContaining("a file is damaged");
        assertThatThrownBy(tasks::requireNoFault).hasMessageContaining("a file is damaged");
      }
    }
    assertThat(begun).isEmpty();
    assertThat(done).containsExactly("before");
  }

  private static boolean isIdle(@Nullable Thread thread) {
    return thread != null && thread.getState() == Thread.State.WAITING;
  }

  private static void wait(CountDownLatch latch) {
    try {
      assertThat(latch.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
