package dev.gnomon.filesystem.mirror;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// A few threads that copy files while another one walks.
final class Workers implements AutoCloseable {
  private static final int MAX_THREADS = 8;
  private static final int MAX_WAITING = 256;

  private final Semaphore free = new Semaphore(MAX_WAITING);
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MAX_THREADS),
          Thread.ofPlatform().daemon().name("gnomon-mirror-", 1).factory());

  /// Does some work later; waits while too much is waiting.
  void submit(Runnable work) {
    free.acquireUninterruptibly();
    try {
      threads.execute(() -> {
        try {
          work.run();
        } finally {
          free.release();
        }
      });
    } catch (RuntimeException e) {
      free.release();
      throw e;
    }
  }

  /// Waits until all work is done.
  void join() {
    free.acquireUninterruptibly(MAX_WAITING);
    free.release(MAX_WAITING);
  }

  @Override
  public void close() {
    join();
    threads.shutdown();
  }
}
