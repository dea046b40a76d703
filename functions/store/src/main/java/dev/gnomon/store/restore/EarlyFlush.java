package dev.gnomon.store.restore;

import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.OpenTree;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Has a file system write to its disk while a restore still writes to it: the disk works beside
/// the processor, and little is left for the flush at the end. A fault of the disk is told to one
/// flush only, so it is kept for [#close].
final class EarlyFlush implements AutoCloseable {
  private static final long EACH_BYTES = 128L << 20;

  private final Disk disk;
  private final Executor threads;
  private final AtomicLong unflushed = new AtomicLong();
  private final AtomicReference<@Nullable CompletableFuture<Void>> running =
      new AtomicReference<>();

  EarlyFlush(EntryAt target) {
    this(target::flush);
  }

  EarlyFlush(Disk disk) {
    this(disk, Thread.ofPlatform().daemon().name("shadow-flush")::start);
  }

  /// @param threads begins a thread for each flush
  EarlyFlush(Disk disk, Executor threads) {
    this.disk = disk;
    this.threads = threads;
  }

  /// What is flushed.
  interface Disk {
    void flush() throws IOException;
  }

  /// Content was written below the target.
  void wrote(long bytes) {
    if (unflushed.addAndGet(bytes) < EACH_BYTES || !OpenTree.flushesWhole()) {
      return;
    }
    @Nullable CompletableFuture<Void> last = running.get();
    if (last != null && (!last.isDone() || last.isCompletedExceptionally())) {
      return;
    }
    CompletableFuture<Void> next = new CompletableFuture<>();
    if (running.compareAndSet(last, next)) {
      unflushed.set(0);
      begin(next);
    }
  }

  private void begin(CompletableFuture<Void> flushed) {
    try {
      threads.execute(() -> flush(flushed));
    } catch (RuntimeException | Error e) { // no flush began: close has none to wait for
      flushed.complete(null);
      throw e;
    }
  }

  private void flush(CompletableFuture<Void> done) {
    try {
      disk.flush();
      done.complete(null);
    } catch (IOException | RuntimeException | Error e) { // close waits for it
      done.completeExceptionally(e);
    }
  }

  /// Waits for a flush under way.
  ///
  /// @throws IOException if one failed
  @Override
  public void close() throws IOException {
    @Nullable CompletableFuture<Void> last = running.get();
    if (last == null) {
      return;
    }
    try {
      BlobSession.join(last);
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException fault) {
        throw fault;
      }
      throw e;
    }
  }
}
