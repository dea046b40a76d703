package dev.gnomon.protect.webhooks;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Asks about many things, a few at once.
final class AtOnce {
  private static final int MOST = 16;

  private AtOnce() {}

  /// @return the answers, in the order of what was asked about
  static <T, R> List<R> ask(List<T> all, Function<T, R> work) {
    Semaphore turns = new Semaphore(MOST);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<R>> asked =
          all.stream()
              .map(one ->
                  threads.submit(() -> {
                    turns.acquire();
                    try {
                      return work.apply(one);
                    } finally {
                      turns.release();
                    }
                  }))
              .toList();
      return asked.stream().map(AtOnce::answer).toList();
    }
  }

  private static <R> R answer(Future<R> asked) {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while records were read", e);
    }
  }
}
