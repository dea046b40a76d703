package dev.gnomon.filesystem.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.core.replica.ChangeFeed.Changes;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.filesystem.mirror.DirectoryMirror;
import dev.gnomon.filesystem.mirror.RandomTree;
import dev.gnomon.filesystem.mirror.TreeLook;
import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InotifyFeedTest extends FeedFixture {
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
