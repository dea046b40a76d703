package dev.gnomon.filesystem.fence;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/// Bounds calls into a file system, which can hang for ever when its disk or server is gone. The
/// call runs on a thread of its own, which is given up when the time is over.
record TimeLimit(Duration limit) {
  static final TimeLimit LOOK = new TimeLimit(Duration.ofSeconds(10));
  static final TimeLimit CHANGE = new TimeLimit(Duration.ofSeconds(30));

  /// @param late answers instead, given a few words such as "did not answer within 10000 ms"
  <T> T on(Supplier<T> work, Function<String, T> late) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread.ofPlatform().daemon().name("fence").start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      return late.apply("did not answer within " + limit.toMillis() + " ms");
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      return late.apply("was not waited for: the work was stopped");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error fault -> throw fault;
        case Throwable fault -> throw new IllegalStateException(fault);
        case null -> throw new IllegalStateException(e);
      }
    }
  }
}
