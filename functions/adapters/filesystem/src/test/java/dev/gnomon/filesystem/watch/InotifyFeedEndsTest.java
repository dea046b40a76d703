package dev.gnomon.filesystem.watch;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Errno;
import dev.gnomon.verification.disks.OpenFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// How a feed ends, or does not begin: limits, faults, and those who close it.
class InotifyFeedEndsTest extends FeedFixture {
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
}
