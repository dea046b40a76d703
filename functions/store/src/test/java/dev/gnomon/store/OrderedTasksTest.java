package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.store.restore.OrderedTasks;
import dev.gnomon.verification.waits.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    CountDownLatch over = new CountDownLatch(1);
    List<String> done = new ArrayList<>();
    try (OrderedTasks tasks = new OrderedTasks(1)) {
      tasks.submit(
          () -> {
            wait(submitted);
            throw new IllegalStateException("the first file is damaged");
          },
          nothing -> {});
      tasks.submit(
          () -> {
            over.countDown();
            return "second";
          },
          done::add);
      submitted.countDown();
      wait(over);

      assertThatThrownBy(() -> tasks.inOrder(() -> done.add("third")))
          .hasMessageContaining("the first file is damaged");
    }
    assertThat(done).isEmpty();
  }

  private static void wait(CountDownLatch latch) {
    try {
      assertThat(latch.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
