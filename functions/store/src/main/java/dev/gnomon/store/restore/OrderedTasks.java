package dev.gnomon.store.restore;

import dev.gnomon.store.blobs.BlobSession;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  /// Between two times that the submitting thread does something else while it waits.
  private static final long LOOK_MILLIS = 100;

  private final ExecutorService threads;
  private final int maxPending;
  private final Runnable meanwhile;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

  /// @param result what `then` needs; done for what only has its place
  private record Pending(CompletableFuture<?> result, Runnable then) {}

  OrderedTasks() {
    this(THREADS);
  }

  /// @param count threads
  public OrderedTasks(int count) {
    this(count, MAX_PENDING, () -> {});
  }

  /// @param maxPending tasks that are under way at most when a call returns
  /// @param meanwhile what the submitting thread does before it takes a result, and again and again
  ///   while it waits for one; also once it was interrupted, which ends no wait
  public OrderedTasks(int count, int maxPending, Runnable meanwhile) {
    this.maxPending = maxPending;
    this.meanwhile = meanwhile;
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
      pending.add(new Pending(CompletableFuture.completedFuture(null), then));
      limit();
    }
  }

  public <T> void submit(Supplier<T> work, Consumer<T> then) {
    requireNoFault();
    CompletableFuture<T> result = CompletableFuture.supplyAsync(() -> watched(work), threads);
    pending.add(new Pending(result, () -> then.accept(BlobSession.join(result))));
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
    while (pending.size() > maxPending) {
      takeNext();
    }
  }

  private void takeNext() {
    Pending next = pending.remove();
    do {
      meanwhile.run();
    } while (!isDoneSoon(next.result()));
    next.then().run();
  }

  /// Waits for a moment.
  private boolean isDoneSoon(CompletableFuture<?> result) {
    try {
      result.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | CancellationException e) {
      return true; // whoever takes the result gets the fault
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      meanwhile.run();
      return true; // taking it waits
    }
  }

  public void drain() {
    while (!pending.isEmpty()) {
      takeNext();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
