package dev.gnomon.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.verification.waits.Patience;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Work on a few threads, one of which can't be started.
class ParallelTest {
  private static final OutOfMemoryError ERROR =
      new OutOfMemoryError("unable to create native thread");

  @Test
  void whatHasBegunEndsSoonWhereAThreadCantBeStarted() {
    Thread starter = Thread.currentThread();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch refused = new CountDownLatch(1);
    AtomicInteger made = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    ThreadFactory one =
        run -> {
          if (made.getAndIncrement() > 0) {
            Patience.await().until(() -> begun.getCount() == 0);
            refused.countDown();
            throw ERROR;
          }
          return new Thread(run);
        };

    assertThatThrownBy(() ->
            Parallel.each(
                Collections.nCopies(1000, "x"),
                each -> {
                  begun.countDown();
                  Patience.await()
                      .until(() -> refused.getCount() == 0 && waits(starter)); // for this thread
                  done.incrementAndGet();
                },
                one))
        .isSameAs(ERROR);

    assertThat(done).hasValue(1);
  }

  private static boolean waits(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING -> true;
      case NEW, RUNNABLE, BLOCKED, TERMINATED -> false;
    };
  }
}
