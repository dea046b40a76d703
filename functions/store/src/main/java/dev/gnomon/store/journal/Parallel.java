package dev.gnomon.store.journal;

import dev.gnomon.store.blobs.BlobSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Does the same with many things on a few threads. The first fault ends it and comes out.
final class Parallel {
  private static final int THREADS = 8;

  private Parallel() {}

  static <T> void each(List<T> all, Consumer<T> work) {
    int threads = Math.min(THREADS, all.size());
    if (threads < 2) {
      all.forEach(work);
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement();
              i < all.size() && !failed.get();
              i = next.getAndIncrement()) {
            try {
              work.accept(all.get(i));
            } catch (RuntimeException | Error e) {
              failed.set(true);
              throw e;
            }
          }
        };
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, run -> Thread.ofPlatform().daemon().name("journal-", 0).unstarted(run))) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(CompletableFuture.runAsync(worker, pool));
      }
      running.forEach(BlobSession::join);
    }
  }
}
