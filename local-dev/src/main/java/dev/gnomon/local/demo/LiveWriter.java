package dev.gnomon.local.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final long RESTING_NANOS = 2_000_000;

  private final Path link;
  private final Path control;
  private final List<Write> acknowledged = new ArrayList<>();
  private volatile boolean stopped;
  private volatile long refused;
  private final Thread thread;

  /// @param place where the link led to, if it did not move during the write
  record Write(String name, String text, Optional<Path> place) {}

  /// @param control directory of the files `pause` and `paused`
  LiveWriter(Path link, Path control) {
    this.link = link;
    this.control = control;
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

  /// What quiesces this writer, for a hook before a capture.
  static String quiesce(Path control) {
    return "touch '%s/pause'; while [ ! -e '%s/paused' ]; do sleep 0.01; done"
        .formatted(control, control);
  }

  /// What lets it go on, for a hook after a capture.
  static String resume(Path control) {
    return "rm -f '%s/pause'".formatted(control);
  }

  private void run() {
    for (int number = 0; !stopped; ) {
      if (rests()) {
        LockSupport.parkNanos(RESTING_NANOS);
      } else {
        write(number++);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean rests() {
    Path paused = control.resolve("paused");
    try {
      if (Files.exists(control.resolve("pause"))) {
        if (!Files.exists(paused)) {
          Files.createFile(paused);
        }
        return true;
      }
      Files.deleteIfExists(paused);
      return false;
    } catch (IOException e) {
      if (Files.notExists(control)) {
        return true; // the demo was ended and has removed everything
      }
      throw new UncheckedIOException(e);
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
