package dev.gnomon.filesystem.watch;

import static dev.gnomon.verification.waits.Patience.await;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.core.replica.ChangeFeed.Changes;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.filesystem.mirror.DirectoryMirror;
import dev.gnomon.filesystem.mirror.RandomTree;
import dev.gnomon.filesystem.mirror.TreeLook;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.Linux;
import dev.gnomon.verification.disks.OpenFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InotifyFeedTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path root;
  private Path source;

  @BeforeEach
  void make() throws IOException {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    source = Files.createDirectory(root.resolve("source"));
  }

  private ChangeFeed open() throws IOException {
    return InotifyFeed.feeds().open(source);
  }

  /// Paths that are told until one is there.
  private static Set<String> until(ChangeFeed feed, String path) {
    Set<String> told = new HashSet<>();
    while (!told.contains(path)) {
      Changes changes = feed.take(LONG);
      assertThat(changes.changes()).as("waiting for %s", path).isNotEmpty();
      changes.changes().forEach(change -> told.add(change.path()));
    }
    return told;
  }

  @Test
  void tellsWhatChangedAndNothingElse() throws IOException {
    Files.createDirectories(source.resolve("a/b"));
    Files.writeString(source.resolve("a/b/file"), "x");
    try (ChangeFeed feed = open()) {
      assertThat(feed.take(SHORT).changes()).isEmpty();

      Files.writeString(source.resolve("a/b/file"), "y");

      assertThat(until(feed, "a/b/file")).containsExactly("a/b/file");
    }
  }

  @Test
  void namesAreBytes() throws IOException {
    Path raw = source.resolve(Path.of("/").relativize(Path.of(URI.create("file:///%FF%01"))));
    try (ChangeFeed feed = open()) {
      Files.createDirectory(raw);
      Files.writeString(raw.resolve("f"), "x");

      assertThat(until(feed, "\u00ff\u0001")).isNotEmpty();
    }
  }

  @Test
  void whatIsMadeInANewDirectoryIsTold() throws IOException {
    try (ChangeFeed feed = open()) {
      for (int i = 0; i < 50; i++) {
        Path deep = Files.createDirectories(source.resolve("n" + i + "/x/y/z"));
        Files.writeString(deep.resolve("file"), "x");
        boolean covered = false;
        while (!covered) {
          Changes changes = feed.take(LONG);
          assertThat(changes.changes()).as("round %d", i).isNotEmpty();
          for (Change change : changes.changes()) {
            covered |=
                (change.below() && ("n" + i + "/x/y/z/file").startsWith(change.path() + "/"))
                    || change.path().equals("n" + i + "/x/y/z/file");
          }
        }
      }
    }
  }

  @Test
  void aMovedDirectoryIsKnownByItsNewPath() throws IOException {
    Files.createDirectories(source.resolve("a/deep"));
    Files.createDirectories(source.resolve("b"));
    try (ChangeFeed feed = open()) {
      Files.move(source.resolve("a"), source.resolve("b/c"));
      Set<Change> told = new HashSet<>();
      while (told.stream().noneMatch(change -> change.path().equals("b/c"))) {
        told.addAll(feed.take(LONG).changes());
      }
      assertThat(told).contains(new Change("b/c", true, Optional.of("a")));

      Files.writeString(source.resolve("b/c/deep/file"), "x");

      assertThat(until(feed, "b/c/deep/file")).isNotEmpty();
    }
  }

  @Test
  void aTreeThatIsMovedInIsWatchedAndOneThatIsMovedOutIsNot() throws IOException {
    Path outside = Files.createDirectories(root.resolve("outside/deep"));
    Files.writeString(outside.resolve("file"), "x");
    try (ChangeFeed feed = open()) {
      Files.move(root.resolve("outside"), source.resolve("in"));
      assertThat(until(feed, "in")).isNotEmpty();
      Files.writeString(source.resolve("in/deep/file"), "y");
      assertThat(until(feed, "in/deep/file")).isNotEmpty();
      Files.move(source.resolve("in"), root.resolve("out"));
      assertThat(until(feed, "in")).isNotEmpty();
      assertThat(feed.take(SHORT).changes()).isEmpty();

      Files.writeString(root.resolve("out/deep/file"), "z");

      assertThat(feed.take(SHORT).changes()).isEmpty();
    }
  }

  @Test
  void aDirectoryThatIsMovedAwayEndsTheFeed() throws IOException {
    try (ChangeFeed feed = open()) {
      Files.move(source, root.resolve("elsewhere"));

      assertThat(feed.take(LONG).over()).isPresent();
    }
  }

  @Test
  void veryManyChangesAreToldAsOne() throws IOException {
    try (ChangeFeed feed = open()) {
      for (int i = 0; i < 12_000; i++) {
        Files.createFile(source.resolve("f" + i));
      }
      List<Change> told = new ArrayList<>();
      boolean all = false;
      while (!all) {
        Changes changes = feed.take(LONG);
        told.addAll(changes.changes());
        all =
            changes.lost().isPresent()
                || told.stream().anyMatch(change -> change.path().isEmpty() && change.below())
                || told.size() >= 12_000;
      }
      assertThat(told.size()).isLessThanOrEqualTo(20_000);
    }
  }

  @Test
  void everythingBeforeItsMomentWasTold() throws IOException {
    try (ChangeFeed feed = open()) {
      Files.writeString(source.resolve("file"), "x");
      long written = System.nanoTime();
      boolean told = false;
      while (true) {
        Changes changes = feed.take(Duration.ofMillis(20));
        told |= !changes.changes().isEmpty();
        if (changes.upToNanos() - written >= 0) {
          break;
        }
      }
      assertThat(told).isTrue();
    }
  }

  /// The kernel's, with faults.
  private static class Faulty implements Inotify {
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

  @Test
  void anOverflowIsToldAndTheTreeIsWatchedAnew() throws IOException {
    Faulty faulty = new Faulty();
    try (ChangeFeed feed = InotifyFeed.open(() -> faulty, source)) {
      faulty.overflow.set(true);
      Files.createDirectories(source.resolve("unseen/deep"));

      Changes changes = feed.take(LONG);
      assertThat(changes.lost()).hasValueSatisfying(why -> assertThat(why).contains("faster"));
      assertThat(changes.over()).isEmpty();

      Files.writeString(source.resolve("unseen/deep/file"), "x");
      assertThat(until(feed, "unseen/deep/file")).isNotEmpty();
    }
  }

  @Test
  void aLimitAtTheStartSaysWhatToDo() throws IOException {
    Files.createDirectories(source.resolve("a/b/c"));
    Faulty faulty = new Faulty();
    faulty.limit = 2;

    assertThatThrownBy(() -> InotifyFeed.open(() -> faulty, source))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fs.inotify.max_user_watches")
        .hasMessageContaining("sysctl");
  }

  @Test
  void aLimitThatIsReachedLaterEndsTheFeed() throws IOException {
    Faulty faulty = new Faulty();
    faulty.limit = 2;
    try (ChangeFeed feed = InotifyFeed.open(() -> faulty, source)) {
      Files.createDirectories(source.resolve("a/b/c"));

      Optional<String> over = Optional.empty();
      while (over.isEmpty()) {
        over = feed.take(LONG).over();
      }
      assertThat(over.get()).contains("fs.inotify.max_user_watches");
    }
  }

  @Test
  void whateverStopsTheReaderEndsTheFeed() throws IOException {
    for (Throwable fault :
        List.of(
            new StackOverflowError(), new OutOfMemoryError("heap"), new IllegalStateException())) {
      Faulty faulty =
          new Faulty() {
            @Override
            public int read(MemorySegment buffer) {
              if (fault instanceof Error error) {
                throw error;
              }
              throw (RuntimeException) fault;
            }
          };
      try (ChangeFeed feed = InotifyFeed.open(() -> faulty, source)) {
        Files.writeString(source.resolve("file"), "x");

        assertThat(feed.take(LONG).over())
            .hasValueSatisfying(why -> assertThat(why).contains(fault.getClass().getName()));
      }
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

  @Test
  void faultsLeaveNothingOpen() throws IOException {
    Files.createDirectories(source.resolve("a/b/c"));
    Path outside = Files.createDirectory(root.resolve("outside"));
    int before = OpenFiles.inotifies();

    for (int limit = 0; limit < 4; limit++) {
      Faulty faulty = new Faulty();
      faulty.limit = limit;
      assertThatThrownBy(() -> InotifyFeed.open(() -> faulty, source))
          .isInstanceOf(IOException.class);
    }
    Path link = Files.createSymbolicLink(root.resolve("link"), source);
    for (Path no : List.of(link, root.resolve("none"), Files.createFile(root.resolve("file")))) {
      assertThatThrownBy(() -> InotifyFeed.feeds().open(no)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() ->
            InotifyFeed.open(
                () ->
                    new Faulty() {
                      @Override
                      public int watch(int directory, String path) {
                        throw new IllegalStateException("a bug");
                      }
                    },
                source))
        .hasMessage("a bug");
    try (ChangeFeed feed = open()) {
      for (int i = 0; i < 50; i++) { // made and exchanged while they are opened
        Path made = Files.createDirectories(source.resolve("n" + i + "/deep"));
        Files.delete(made);
        Files.delete(source.resolve("n" + i));
        Files.createSymbolicLink(source.resolve("n" + i), outside);
      }
      Files.move(source, root.resolve("moved"));
      while (feed.take(LONG).over().isEmpty()) {
        assertThat(source).doesNotExist();
      }
    }

    assertThat(OpenFiles.below(root)).isEmpty();
    assertThat(OpenFiles.inotifies()).isEqualTo(before);
  }

  /// A descriptor that is closed while somebody reads from it may be another file by then.
  @Test
  void whoeverClosesItWaitsForTheReaderAlsoWhenInterrupted() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean reading = new AtomicBoolean();
    AtomicBoolean closedUnderIt = new AtomicBoolean();
    Faulty slow =
        new Faulty() {
          @Override
          public boolean await(long millis) throws IOException {
            reading.set(true);
            waiting.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            } finally {
              reading.set(false);
            }
            return super.await(millis);
          }

          @Override
          public void close() {
            closedUnderIt.set(reading.get());
            super.close();
          }
        };
    ChangeFeed feed = InotifyFeed.open(() -> slow, source);
    waiting.await();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread closer =
        Thread.ofPlatform()
            .start(() -> {
              Thread.currentThread().interrupt();
              feed.close();
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    await().until(() -> !closer.isAlive() || closer.getState() == Thread.State.WAITING);
    goOn.countDown();
    closer.join();

    assertThat(closedUnderIt).isFalse();
    assertThat(interrupted).isTrue();
  }

  @Test
  void tooManyInstancesSayWhatToDo() {
    assertThatThrownBy(() ->
            InotifyFeed.open(
                () -> {
                  throw new CallFailed("inotify_init1", "", Errno.EMFILE);
                },
                source))
        .hasMessageContaining("fs.inotify.max_user_instances");
  }

  private static final TreeMirror.Control FREE =
      new TreeMirror.Control() {
        @Override
        public boolean stopped() {
          return false;
        }

        @Override
        public boolean mayShrinkTo(long files) {
          return true;
        }

        @Override
        public void between() {}
      };

  @Test
  void aReplicaThatOnlyLooksAtWhatIsToldEndsEqual() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Path target = Files.createDirectory(root.resolve("target"));
    Random random = new Random(seed);
    RandomTree tree = new RandomTree(source, random);
    tree.steps(100);
    Faulty faulty = new Faulty();
    try (ChangeFeed feed = InotifyFeed.open(() -> faulty, source);
        TreeMirror mirror =
            DirectoryMirror.mirrors(Clock.systemUTC())
                .open(source, target, root.resolve("memory"))) {
      assertThat(mirror.everything(Depth.STATS, FREE).faults()).isEmpty();
      for (int round = 0; round < 8; round++) {
        tree.spareNewLinks();
        AtomicBoolean over = new AtomicBoolean();
        int calls = round;
        Thread writer =
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    for (int i = 0; i < 80; i++) {
                      tree.step();
                      if (calls % 4 == 3 && i == 40) {
                        faulty.overflow.set(true);
                      }
                    }
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  } finally {
                    over.set(true);
                  }
                });
        List<Change> left = new ArrayList<>();
        for (int attempt = 0; ; attempt++) {
          assertThat(attempt).as("seed %d, round %d: %s", seed, round, left).isLessThan(400);
          boolean last = over.get();
          long asked = System.nanoTime();
          Changes changes = feed.take(Duration.ofMillis(20));
          List<Change> now = new ArrayList<>(left);
          now.addAll(changes.changes());
          Brought brought =
              changes.lost().isPresent()
                  ? mirror.everything(Depth.STATS, FREE)
                  : mirror.changed(now, FREE);
          left = brought.unsettled();
          assertThat(brought.faults()).as("seed %d, round %d", seed, round).isEmpty();
          assertThat(changes.over()).isEmpty();
          if (last && left.isEmpty() && changes.upToNanos() - asked >= 0) {
            break;
          }
        }
        writer.join();
        assertThat(TreeLook.differences(source, target))
            .as("seed %d, round %d", seed, round)
            .isEmpty();
      }
    }
  }
}
