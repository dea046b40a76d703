package dev.gnomon.store;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs recursive walks of trees: a tree may be thousands of directories deep, and a thread's usual
/// stack may be too small for that. The stack is address space only; memory is taken for what is
/// used.
public final class DeepStack {
  private static final long STACK_BYTES = 256L << 20;

  private DeepStack() {}

  /// Runs the work in a thread of its own and waits for it; its exceptions come out as they are.
  public static <T> T call(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(null, task, name, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) { // the work is told, and ends by itself
          interrupted = true;
          thread.interrupt();
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error error -> throw error;
        case java.io.IOException fault -> throw new java.io.UncheckedIOException(fault);
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
