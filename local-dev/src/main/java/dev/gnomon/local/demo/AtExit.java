package dev.gnomon.local.demo;

import java.util.concurrent.CountDownLatch;

/// What happens when TERM or Ctrl-C ends the demo before it is closed.
final class AtExit implements AutoCloseable {
  private final Thread hook;

  AtExit(Runnable end) {
    hook = new Thread(end, "demo end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Does not return while the process is ending: what the rest of the demo meets then is no fault
  /// and must not be shown as one.
  @Override
  public void close() throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      new CountDownLatch(1).await(); // until the process is gone
    }
  }
}
