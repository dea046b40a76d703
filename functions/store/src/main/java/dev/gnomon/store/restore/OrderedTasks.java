package dev.gnomon.store.restore;

import dev.gnomon.store.blobs.BlobSession;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Runs tasks on a few threads and hands their results, in the order of submission, to the thread
/// that submits: parallel work with the outcome of a loop. At most a bounded number is under way.
/// The first fault comes out of [#submit] or [#drain]; [#close] waits for what runs.
public final class OrderedTasks implements AutoCloseable {
  private static final int THREADS = 4;

  /// While one thread is busy with a large file, the others do so many small ones.
  private static final int MAX_PENDING = 4096;

  private final ExecutorService threads;
  private final Deque<Runnable> pending = new ArrayDeque<>();
  private volatile boolean failed;

  OrderedTasks() {
    this(THREADS);
  }

  /// @param count threads
  public OrderedTasks(int count) {
    threads =
        Executors.newFixedThreadPool(
            count, work -> Thread.ofPlatform().daemon().name("shadow-files-", 0).unstarted(work));
  }

  /// Does something in its place among the results.
  public void inOrder(Runnable then) {
    if (pending.isEmpty()) {
      then.run();
    } else {
      pending.add(then);
      limit();
    }
  }

  public <T> void submit(Supplier<T> work, Consumer<T> then) {
    CompletableFuture<T> result = CompletableFuture.supplyAsync(() -> watched(work), threads);
    pending.add(() -> then.accept(BlobSession.join(result)));
    limit();
  }

  private <T> T watched(Supplier<T> work) {
    boolean done = false;
    try {
      T result = work.get();
      done = true;
      return result;
    } finally {
      if (!done) {
        failed = true;
      }
    }
  }

  /// Once a fault is known nothing more is begun: it comes out instead.
  private void limit() {
    if (failed) {
      drain();
    }
    while (pending.size() > MAX_PENDING) {
      pending.remove().run();
    }
  }

  public void drain() {
    while (!pending.isEmpty()) {
      pending.remove().run();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
