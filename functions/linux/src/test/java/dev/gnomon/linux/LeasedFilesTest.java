package dev.gnomon.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.verification.waits.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of which another program holds a lease, as file servers do.
class LeasedFilesTest {
  private static final String NAME = "leased";

  /// Takes a lease, says so, and says when somebody else asks for the file.
  private static final String HOLDER =
      """
      import fcntl, os, signal, sys, time
      f = os.open('leased', os.O_RDWR)
      def asked(*_):
          print('asked', flush=True)
          if sys.argv[1] == 'kind':
              time.sleep(0.2)
              fcntl.fcntl(f, 1024, fcntl.F_UNLCK)
      signal.signal(signal.SIGIO, asked)
      fcntl.fcntl(f, 1024, fcntl.F_WRLCK)
      print('held', flush=True)
      while True:
          time.sleep(60)
      """;

  @TempDir Path directory;
  private int at = -1;
  private @Nullable Process holder;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    at = Descriptors.openDirectory(directory);
    Files.writeString(directory.resolve(NAME), "content");
  }

  @AfterEach
  void close() throws InterruptedException {
    if (holder != null) {
      holder.destroyForcibly().waitFor();
    }
    if (at >= 0) {
      Descriptors.close(at);
    }
  }

  /// @return what the holder of the lease says next
  private BufferedReader hold(String manner) throws IOException {
    Optional<Process> started = started("python3", "-c", HOLDER, manner);
    assumeTrue(started.isPresent(), "needs python3 to hold a lease");
    holder = started.orElseThrow();
    BufferedReader says = started.orElseThrow().inputReader(StandardCharsets.UTF_8);
    String said = says.readLine();
    assumeTrue("held".equals(said), "a lease can't be had here: " + said);
    return says;
  }

  private Optional<Process> started(String... command) {
    try {
      return Optional.of(
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private FutureTask<Integer> opening() {
    FutureTask<Integer> open = new FutureTask<>(() -> Descriptors.openToRead(at, NAME, NAME));
    Thread.ofPlatform().daemon().start(open);
    return open;
  }

  @Test
  void aFileThatAnotherProgramLeasesIsWaitedFor() throws Exception {
    BufferedReader ignored = hold("kind");

    int file = Descriptors.openToRead(at, NAME, NAME);

    byte[] content = new byte[20];
    assertThat(FileContent.read(file, content, 0, content.length, NAME)).isEqualTo(7);
    Descriptors.close(file);
  }

  @Test
  void aLeaseThatIsNotGivenUpIsWaitedForNoLongerThanTheLimit() throws Exception {
    BufferedReader ignored = hold("stubborn");

    assertThatThrownBy(
            () -> Descriptors.openUnlessFifo(at, NAME, 0, "a/leased", Duration.ofMillis(200)))
        .isInstanceOfSatisfying(
            CallFailed.class, fault -> assertThat(fault.errno()).isEqualTo(Errno.EAGAIN))
        .hasMessageStartingWith("can't open while another program has a lease of 'a/leased'");
  }

  @Test
  void aFifoInThePlaceOfALeasedFileIsNotWaitedFor() throws Exception {
    BufferedReader says = hold("stubborn");
    Process made = started("mkfifo", "fifo").orElseThrow();
    assertThat(made.waitFor()).isZero();
    FutureTask<Integer> open = opening();
    assertThat(says.readLine()).isEqualTo("asked");

    Entries.rename(at, "fifo", at, NAME, NAME);

    int found = open.get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(Stat.of(found, NAME).isFile()).as("not the file that was leased").isFalse();
    Descriptors.close(found);
  }

  @Test
  void whoeverWaitsForALeaseCanBeStopped() throws Exception {
    BufferedReader says = hold("stubborn");
    FutureTask<Integer> open =
        new FutureTask<>(() -> Descriptors.openUnlessFifo(at, NAME, 0, NAME, Duration.ofDays(1)));
    Thread waits = Thread.ofPlatform().daemon().start(open);
    assertThat(says.readLine()).isEqualTo("asked");

    waits.interrupt();

    assertThatThrownBy(() -> open.get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS))
        .hasCauseInstanceOf(CallFailed.class);
  }
}
