package dev.gnomon.local.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Writes small files through the link the whole time. A write counts as acknowledged when it is
/// closed and synced; where it went is known from the link before and after.
final class LiveWriter implements AutoCloseable {
  static final String DIRECTORY = "live-writer";
  private static final long PAUSE_NANOS = 20_000_000;

  private final Path link;
  private final List<Write> acknowledged = new ArrayList<>();
  private volatile boolean paused;
  private volatile boolean stopped;
  private volatile long refused;
  private final Thread thread;

  /// @param place where the link led to, if it did not move during the write
  record Write(String name, String text, Optional<Path> place) {}

  LiveWriter(Path link) {
    this.link = link;
    this.thread = Thread.ofPlatform().daemon().name("demo writer").start(this::run);
  }

  /// Everything acknowledged so far.
  List<Write> acknowledged() {
    synchronized (acknowledged) {
      return List.copyOf(acknowledged);
    }
  }

  /// Writes that the fence refused.
  long refused() {
    return refused;
  }

  void pause(boolean wanted) {
    paused = wanted;
    if (wanted) {
      synchronized (thread) {
        // The write under way, if there is one, is over when the lock is free.
      }
    }
  }

  private void run() {
    for (int number = 0; !stopped; number++) {
      synchronized (thread) {
        if (!paused) {
          write(number);
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void write(int number) {
    String name = "write-%06d".formatted(number);
    String text = "acknowledged write " + number + "\n";
    try {
      Path before = Files.readSymbolicLink(link);
      Path directory = link.resolve(DIRECTORY);
      Files.createDirectories(directory);
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      Path after = Files.readSymbolicLink(link);
      synchronized (acknowledged) {
        acknowledged.add(
            new Write(name, text, before.equals(after) ? Optional.of(before) : Optional.empty()));
      }
    } catch (IOException e) {
      refused++;
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
