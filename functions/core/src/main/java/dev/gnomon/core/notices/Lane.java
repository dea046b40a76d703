package dev.gnomon.core.notices;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/// The turns of one target, so that one that is slow or dead holds up no other. What finds no place
/// is left to a sweep: it is kept already.
final class Lane {
  static final int AT_ONCE = 4;
  static final int MAX_WAITING = 500;

  private final Semaphore places = new Semaphore(MAX_WAITING);
  private final Semaphore turns = new Semaphore(AT_ONCE, true);
  private final Executor executor;

  Lane(Executor executor) {
    this.executor = executor;
  }

  /// @return whether the work will be done
  boolean offer(Runnable work) {
    if (!places.tryAcquire()) {
      return false;
    }
    try {
      executor.execute(() -> inTurn(work));
      return true;
    } catch (RejectedExecutionException e) {
      places.release();
      return false;
    }
  }

  private void inTurn(Runnable work) {
    try {
      turns.acquire();
      try {
        work.run();
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }
}
