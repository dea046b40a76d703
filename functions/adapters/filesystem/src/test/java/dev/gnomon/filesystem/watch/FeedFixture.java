package dev.gnomon.filesystem.watch;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.core.replica.ChangeFeed.Changes;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.Linux;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A tree that is watched, by a kernel that may have faults.
abstract class FeedFixture {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path root;
  Path source;

  @BeforeEach
  void make() throws IOException {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    source = Files.createDirectory(root.resolve("source"));
  }

  ChangeFeed open() throws IOException {
    return InotifyFeed.feeds().open(source);
  }

  /// Paths that are told until one is there.
  static Set<String> until(ChangeFeed feed, String path) {
    Set<String> told = new HashSet<>();
    while (!told.contains(path)) {
      Changes changes = feed.take(LONG);
      assertThat(changes.changes()).as("waiting for %s", path).isNotEmpty();
      changes.changes().forEach(change -> told.add(change.path()));
    }
    return told;
  }

  /// The kernel's, with faults.
  static class Faulty implements Inotify {
    final Inotify inotify;
    final AtomicInteger watches = new AtomicInteger();
    final AtomicBoolean overflow = new AtomicBoolean();
    int limit = Integer.MAX_VALUE;

    Faulty() throws IOException {
      this.inotify = Inotify.ofKernel();
    }

    @Override
    public int watch(int directory, String path) throws IOException {
      if (watches.incrementAndGet() > limit) {
        throw new CallFailed("inotify_add_watch", path, Errno.ENOSPC);
      }
      return inotify.watch(directory, path);
    }

    @Override
    public void unwatch(int watch) {
      inotify.unwatch(watch);
    }

    @Override
    public boolean await(long millis) throws IOException {
      return inotify.await(millis);
    }

    /// An overflow takes the events that were waiting with it.
    @Override
    public int read(MemorySegment buffer) throws IOException {
      int length = inotify.read(buffer);
      if (length > 0 && overflow.getAndSet(false)) {
        buffer.set(JAVA_INT, 0, -1);
        buffer.set(JAVA_INT, 4, Inotify.OVERFLOW);
        buffer.set(JAVA_INT, 8, 0);
        buffer.set(JAVA_INT, 12, 0);
        return 16;
      }
      return length;
    }

    @Override
    public void close() {
      inotify.close();
    }
  }
}
