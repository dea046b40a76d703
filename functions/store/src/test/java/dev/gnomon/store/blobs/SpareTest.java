package dev.gnomon.store.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SpareTest {
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final Spare<Object> spare =
      new Spare<>(
          () -> {
            made.incrementAndGet();
            return new Object();
          },
          thing -> closed.incrementAndGet());

  @Test
  void threadsThatEndLeaveNothingBehind() throws InterruptedException {
    for (int i = 0; i < 500; i++) {
      Thread thread = Thread.ofPlatform().start(() -> spare.with(Object::hashCode));
      thread.join();
    }
    assertThat(made).hasValue(1);
    assertThat(closed).hasValue(0);
  }

  @Test
  void moreThanAreKeptAreClosed() {
    within(20);
    assertThat(made).hasValue(20);
    assertThat(closed).hasValue(12);
  }

  @Test
  void oneThatFailedIsNotUsedAgain() {
    List<Object> used = new ArrayList<>();
    assertThatThrownBy(() ->
            spare.with(thing -> {
              used.add(thing);
              throw new IllegalStateException("it fails");
            }))
        .hasMessage("it fails");
    used.add(spare.with(thing -> thing));
    assertThat(used).doesNotHaveDuplicates();
    assertThat(closed).hasValue(1);
  }

  private int within(int depth) {
    return spare.with(thing -> depth == 1 ? 0 : within(depth - 1));
  }
}
