package dev.gnomon.store.restore;

import dev.gnomon.store.blobs.BlobSession;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs tasks on a few threads and hands their results, in the order of submission, to the thread
/// that submits: parallel work with the outcome of a loop. At most a bounded number is under way.
/// Once a task has failed no other one is begun: the fault comes out of what is called next.
/// [#close] waits for what runs.
public final class OrderedTasks implements AutoCloseable {
  private static final int THREADS = 4;

  /// While one thread is busy with a large file, the others do so many small ones.
  private static final int MAX_PENDING = 4096;

  private final ExecutorService threads;
  private final Deque<Runnable> pending = new ArrayDeque<>();
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

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
    requireNoFault();
    if (pending.isEmpty()) {
      then.run();
    } else {
      pending.add(then);
      limit();
    }
  }

  public <T> void submit(Supplier<T> work, Consumer<T> then) {
    requireNoFault();
    CompletableFuture<T> result = CompletableFuture.supplyAsync(() -> watched(work), threads);
    pending.add(() -> then.accept(BlobSession.join(result)));
    limit();
  }

  private <T> T watched(Supplier<T> work) {
    requireNone(fault.get());
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      fault.compareAndSet(null, e);
      throw e;
    }
  }

  /// For work of the thread that submits: once a task has failed, that is not to be begun either.
  ///
  /// @throws RuntimeException the fault, after what came before it
  public void requireNoFault() {
    Throwable known = fault.get();
    if (known != null) {
      drain();
      requireNone(known);
    }
  }

  private static void requireNone(@Nullable Throwable fault) {
    switch (fault) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }

  private void limit() {
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
