package dev.gnomon.store.contents;

import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.BlobWalk;
import dev.gnomon.store.tree.Contents;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads every blob that a walk leads to, each once, a few at a time; what can't be read does not
/// end it. For one use.
public final class ReadEveryBlob {
  private static final int THREADS = 4;
  private static final int MAX_PENDING = 64;

  private final Contents.Blobs blobs;
  private final Progress progress;
  private final Map<Hash, String> unreadable = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();
  private final Set<Hash> met = new HashSet<>();
  private final Semaphore pending = new Semaphore(MAX_PENDING);
  private boolean astray;

  public ReadEveryBlob(Contents.Blobs blobs, Progress progress) {
    this.blobs = blobs;
    this.progress = progress;
  }

  /// What was read.
  ///
  /// @param chunks different ones
  /// @param unreadable blobs and why
  /// @param astray whether the walk itself could not go everywhere
  public record Found(long chunks, long bytes, Map<Hash, String> unreadable, boolean astray) {
    public boolean whole() {
      return unreadable.isEmpty() && !astray;
    }
  }

  /// @param lead goes on a walk
  /// @throws RuntimeException of the store, if it is away
  public Found along(Consumer<BlobWalk> lead) throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS, work -> Thread.ofPlatform().daemon().name("verify-", 0).unstarted(work));
    try {
      lead.accept(
          new BlobWalk(
              blobs,
              new BlobWalk.Visitor() {
                @Override
                public void blob(String path, Hash hash) {
                  if (met.add(hash)) {
                    pending.acquireUninterruptibly();
                    threads.execute(() -> read(hash));
                  }
                }

                @Override
                public void fault(String path, BlobFault ignored) {
                  astray = true; // whoever walks again says how
                }
              }));
      threads.shutdown();
      while (!threads.awaitTermination(1, TimeUnit.DAYS)) {
        continue;
      }
    } finally {
      threads.shutdownNow();
    }
    RuntimeException first = fault.get();
    if (first != null) {
      throw first;
    }
    return new Found(met.size(), bytes.get(), Map.copyOf(unreadable), astray);
  }

  private void read(Hash hash) {
    try {
      if (fault.get() == null) {
        int length = blobs.apply(hash).length;
        bytes.addAndGet(length);
        progress.advanced(0, length);
      }
    } catch (BlobFault e) {
      unreadable.put(hash, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) { // the store is away
      fault.compareAndSet(null, e);
    } finally {
      pending.release();
    }
  }
}
