package dev.gnomon.store;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that hash and compress. They end when there is no work, so that a store needs no
/// closing. A thread that reads files does that work itself: content that it has just read is still
/// in its core's cache, and nobody has to be woken for it.
public final class Workers implements Executor {
  private static final int IDLE_SECONDS = 5;

  private final ThreadPoolExecutor pool;

  Workers(int count) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by what sessions may have on their way
            work -> {
              Thread thread = new Thread(work, "shadow-store-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable work) {
    if (Thread.currentThread() instanceof Reader) {
      work.run();
    } else {
      pool.execute(work);
    }
  }

  /// Threads that read files, for one piece of work; to be closed after it.
  public static ExecutorService readers(int count) {
    return Executors.newFixedThreadPool(count, Reader::new);
  }

  private static final class Reader extends Thread {
    Reader(Runnable work) {
      super(work, "shadow-reader");
      setDaemon(true);
    }
  }
}
