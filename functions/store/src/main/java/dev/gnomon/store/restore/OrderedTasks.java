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
final class OrderedTasks implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int MAX_PENDING = 64;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, work -> Thread.ofPlatform().daemon().name("shadow-files-", 0).unstarted(work));
  private final Deque<Runnable> pending = new ArrayDeque<>();

  <T> void submit(Supplier<T> work, Consumer<T> then) {
    CompletableFuture<T> result = CompletableFuture.supplyAsync(work, threads);
    pending.add(() -> then.accept(BlobSession.join(result)));
    while (pending.size() > MAX_PENDING) {
      pending.remove().run();
    }
  }

  void drain() {
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
