package dev.gnomon.filesystem.watch;

import static dev.gnomon.verification.waits.Patience.await;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.ChangeFeed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/// Directories that move while the feed reads, slower than they do.
class MovedDirectoriesTest extends FeedFixture {
  /// A tree in which something changes all the time: it is never quiet.
  private static final class Busy extends Faulty {
    final Set<Integer> unwatched = ConcurrentHashMap.newKeySet();
    private volatile int top;

    /// Bytes of the kernel's events that are read at once.
    private volatile long most = Long.MAX_VALUE;

    Busy() throws IOException {}

    @Override
    public int watch(int directory, String path) throws IOException {
      int watch = super.watch(directory, path);
      if (path.isEmpty()) {
        top = watch;
      }
      return watch;
    }

    @Override
    public void unwatch(int watch) {
      unwatched.add(watch);
      super.unwatch(watch);
    }

    @Override
    public boolean await(long millis) throws IOException {
      boolean ignored = super.await(1);
      return true;
    }

    @Override
    public int read(MemorySegment buffer) throws IOException {
      int length = super.read(buffer.asSlice(0, Math.min(most, buffer.byteSize())));
      if (length > 0) {
        return length;
      }
      buffer.set(JAVA_INT, 0, top);
      buffer.set(JAVA_INT, 4, Inotify.ATTRIB);
      buffer.set(JAVA_INT, 8, 0);
      buffer.set(JAVA_INT, 12, 0);
      return 16;
    }
  }

  @Test
  void whatLeavesATreeThatIsNeverQuietIsForgotten() throws IOException {
    for (int i = 0; i < 20; i++) {
      Files.createDirectories(source.resolve("d" + i + "/deep"));
    }
    Busy busy = new Busy();
    try (ChangeFeed feed = InotifyFeed.open(() -> busy, source)) {
      for (int i = 0; i < 20; i++) {
        Files.move(source.resolve("d" + i), root.resolve("out" + i));
      }

      await().until(() -> busy.unwatched.size() == 40);
      assertThat(feed.take(SHORT).over()).isEmpty();
    }
  }

  @Test
  void bothHalvesOfAMoveMayComeInTwoReads() throws IOException {
    Files.createDirectories(source.resolve("a/deep"));
    Busy busy = new Busy();
    busy.most = 32; // one event with a short name
    try (ChangeFeed feed = InotifyFeed.open(() -> busy, source)) {
      Files.move(source.resolve("a"), source.resolve("b"));

      Set<Change> told = new HashSet<>();
      while (told.stream().noneMatch(change -> change.path().equals("b"))) {
        told.addAll(feed.take(LONG).changes());
      }
      assertThat(told).contains(new Change("b", true, Optional.of("a")));
      assertThat(busy.unwatched).isEmpty();
    }
  }

  /// Nothing is read while somebody holds it.
  private static final class Held extends Faulty {
    Held() throws IOException {}

    @Override
    public synchronized int read(MemorySegment buffer) throws IOException {
      return super.read(buffer);
    }
  }

  @Test
  void whatWasMadeInADirectoryThatMovedBeforeThatWasReadIsWatched() throws IOException {
    Files.createDirectory(source.resolve("a"));
    Held held = new Held();
    try (ChangeFeed feed = InotifyFeed.open(() -> held, source)) {
      synchronized (held) {
        Files.createDirectories(source.resolve("a/made/deep"));
        Files.move(source.resolve("a"), source.resolve("b"));
      }
      assertThat(until(feed, "b")).isNotEmpty();

      Files.writeString(source.resolve("b/made/deep/file"), "x");

      assertThat(until(feed, "b/made/deep/file")).isNotEmpty();
    }
  }

  @Test
  void aDirectoryThatTookThePlaceOfAMovedOneBeforeThatWasReadIsNotTakenForIt() throws IOException {
    Held held = new Held();
    try (ChangeFeed feed = InotifyFeed.open(() -> held, source)) {
      synchronized (held) {
        Files.createDirectory(source.resolve("a"));
        Files.move(source.resolve("a"), source.resolve("b"));
        Files.createDirectory(source.resolve("a"));
      }
      assertThat(until(feed, "b")).contains("a");

      Files.writeString(source.resolve("b/file"), "x");
      assertThat(until(feed, "b/file")).doesNotContain("a/file");
      Files.writeString(source.resolve("a/file"), "x");
      assertThat(until(feed, "a/file")).doesNotContain("b/file");
    }
  }
}
