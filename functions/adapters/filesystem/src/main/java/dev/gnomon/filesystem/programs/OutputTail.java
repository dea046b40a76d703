package dev.gnomon.filesystem.programs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Reads a program's output to its end, so that the program never waits, and keeps the last part.
final class OutputTail {
  private final byte[] ring;
  private final CountDownLatch ended = new CountDownLatch(1);
  private long total;

  OutputTail(int bytes) {
    ring = new byte[bytes];
  }

  /// Reads on a thread of its own until the stream ends or is closed.
  void follow(InputStream output) {
    Thread.ofVirtual().name("program-output").start(() -> read(output));
  }

  private void read(InputStream output) {
    byte[] buffer = new byte[8192];
    try (output) {
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        add(buffer, n);
      }
    } catch (IOException e) {
      // The stream was closed under us: the program is over, its tail is what we have.
    } finally {
      ended.countDown();
    }
  }

  boolean awaitEnd(long millis) throws InterruptedException {
    return ended.await(millis, TimeUnit.MILLISECONDS);
  }

  private synchronized void add(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      ring[(int) (total++ % ring.length)] = bytes[i];
    }
  }

  /// The kept part as text; a cut is shown by an ellipsis.
  synchronized String text() {
    int kept = (int) Math.min(total, ring.length);
    byte[] last = new byte[kept];
    for (int i = 0; i < kept; i++) {
      last[i] = ring[(int) ((total - kept + i) % ring.length)];
    }
    return (total > kept ? "…" : "") + new String(last, StandardCharsets.UTF_8);
  }
}
