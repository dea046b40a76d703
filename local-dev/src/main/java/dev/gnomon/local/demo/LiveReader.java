package dev.gnomon.local.demo;

import dev.gnomon.local.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Reads files through the link the whole time, as an application would. A read that fails while
/// the route is FROZEN, while its epoch changes, or while it names another place than the link
/// leads to, is one the reader was told of; any other is an error.
final class LiveReader implements AutoCloseable {
  private static final long PAUSE_NANOS = 2_000_000;

  private final Path link;
  private final List<String> files;
  private final Supplier<RouteSighting> route;
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong told = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile String firstError = "";
  private volatile boolean stopped;
  private final Thread thread;

  /// @param files relative paths that nobody deletes
  LiveReader(Path link, List<String> files, Supplier<RouteSighting> route) {
    this.link = link;
    this.files = List.copyOf(files);
    this.route = route;
    this.thread = Thread.ofPlatform().daemon().name("demo reader").start(this::run);
  }

  long reads() {
    return reads.get();
  }

  /// Reads that failed while the route said so.
  long told() {
    return told.get();
  }

  /// Reads that failed and nobody had said so.
  long errors() {
    return errors.get();
  }

  String firstError() {
    return firstError;
  }

  private void run() {
    try {
      read();
    } catch (Failure e) {
      // Without the route nothing more can be judged: that is an error, not an end.
      errors.incrementAndGet();
      firstError = e.text();
    }
  }

  private void read() {
    RouteSighting before = route.get();
    for (int i = 0; !stopped; i = (i + 1) % files.size()) {
      String place = place();
      try {
        Files.readAllBytes(link.resolve(files.get(i)));
        reads.incrementAndGet();
      } catch (IOException e) {
        RouteSighting now = route.get();
        if (now.frozen()
            || before.frozen()
            || now.epoch() != before.epoch()
            || !now.path().equals(place)) {
          told.incrementAndGet();
        } else {
          errors.incrementAndGet();
          firstError = "%s; epoch %d served %s".formatted(e, now.epoch(), now.path());
        }
        before = now;
      }
      if (i % 16 == 0) {
        before = route.get();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /// Where the link leads to.
  private String place() {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
