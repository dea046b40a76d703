package dev.gnomon.store.blobs;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Things with memory that no collector frees, lent to one user at a time: a few are kept for the
/// next user, whichever thread that is, and the others are closed. Thread-safe.
final class Spare<T> {
  private static final int KEPT = 8;

  private final BlockingQueue<T> free = new ArrayBlockingQueue<>(KEPT);
  private final Supplier<T> make;
  private final Consumer<T> close;

  Spare(Supplier<T> make, Consumer<T> close) {
    this.make = make;
    this.close = close;
  }

  /// Does something with one that nobody else uses. One that failed is not used again.
  <R> R with(Function<T, R> work) {
    T free = this.free.poll();
    T mine = free == null ? make.get() : free;
    boolean good = false;
    try {
      R result = work.apply(mine);
      good = true;
      return result;
    } finally {
      if (!good || !this.free.offer(mine)) {
        close.accept(mine);
      }
    }
  }
}
