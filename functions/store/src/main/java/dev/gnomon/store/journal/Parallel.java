package dev.gnomon.store.journal;

import dev.gnomon.store.blobs.BlobSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Does the same with many things on a few threads. The first fault ends it and comes out.
final class Parallel {
  private static final int THREADS = 8;

  /// What a thread takes at a time at most: neighbours are often in one directory, where two
  /// threads would wait for each other.
  private static final int MAX_TAKEN = 32;

  private Parallel() {}

  static <T> void each(List<T> all, Consumer<T> work) {
    each(all, work, run -> Thread.ofPlatform().daemon().name("journal-", 0).unstarted(run));
  }

  static <T> void each(List<T> all, Consumer<T> work, ThreadFactory made) {
    int threads = Math.min(THREADS, all.size());
    if (threads < 2) {
      all.forEach(work);
      return;
    }
    int taken = Math.clamp(all.size() / (4L * threads), 1, MAX_TAKEN);
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    Runnable worker =
        () -> {
          for (int from = next.getAndAdd(taken); from < all.size(); from = next.getAndAdd(taken)) {
            for (int i = from; i < Math.min(from + taken, all.size()) && !failed.get(); i++) {
              try {
                work.accept(all.get(i));
              } catch (RuntimeException | Error e) {
                failed.set(true);
                throw e;
              }
            }
          }
        };
    try (ExecutorService pool = Executors.newFixedThreadPool(threads, made)) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      try {
        for (int i = 0; i < threads; i++) {
          running.add(CompletableFuture.runAsync(worker, pool));
        }
      } catch (RuntimeException | Error e) { // a thread that can't be started
        failed.set(true);
        throw e;
      }
      running.forEach(BlobSession::join);
    }
  }
}
