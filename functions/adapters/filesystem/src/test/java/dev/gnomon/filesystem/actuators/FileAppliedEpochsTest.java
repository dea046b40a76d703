package dev.gnomon.filesystem.actuators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAppliedEpochsTest {
  private static final int PROCESSES = 3;
  private static final int EPOCHS = 40;

  @TempDir Path temp;

  @Test
  void keysAreApartAndNotStoredInClear() throws Exception {
    assertThat(inTurn("webhook https://host/secret", 5)).isEqualTo("did 5");
    assertThat(inTurn("webhook https://host/other", 4)).isEqualTo("did 4");
    try (Stream<Path> files = Files.list(temp.resolve("state"))) {
      for (Path file : files.toList()) {
        assertThat(file.toString()).doesNotContain("secret");
        assertThat(Files.readString(file)).doesNotContain("secret");
      }
    }
  }

  @Test
  void epochCountsAsBegunEvenIfTheWorkFails() {
    assertThatThrownBy(() ->
            epochs()
                .inTurn(
                    "key",
                    new Epoch(5),
                    () -> {
                      throw new IllegalStateException("killed");
                    },
                    epoch -> ""))
        .hasMessage("killed");

    assertThat(inTurn("key", 4)).isEqualTo("outdated 5");
    assertThat(inTurn("key", 5)).isEqualTo("did 5");
  }

  @Test
  void damagedMemoryIsAFaultThatNamesTheFile() throws Exception {
    inTurn("key", 5);
    try (Stream<Path> files = Files.list(temp.resolve("state"))) {
      Path file = files.filter(name -> name.toString().endsWith(".epoch")).findFirst().get();
      Files.writeString(file, "five");
    }

    assertThatThrownBy(() -> inTurn("key", 6))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(".epoch must hold the number of an epoch");
  }

  @Test
  void waitForAnotherIsBounded() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() ->
            epochs()
                .inTurn(
                    "key",
                    new Epoch(1),
                    () -> {
                      working.countDown();
                      await(end);
                      return "first";
                    },
                    epoch -> ""));
    await(working);

    assertThatThrownBy(() ->
            new FileAppliedEpochs(temp.resolve("state"), Duration.ofMillis(30))
                .inTurn("key", new Epoch(2), () -> "second", epoch -> ""))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("others have worked on 'key'");
    end.countDown();
    assertThat(first.get()).isEqualTo("first");
  }

  @Test
  void workDuringAnEpochHoldsBackALaterOneAndSharesWithItsOwn() throws Exception {
    CountDownLatch working = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    epochs().inTurn("key", new Epoch(4), () -> "fenced", epoch -> "");
    List<CompletableFuture<String>> sharers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      sharers.add(
          CompletableFuture.supplyAsync(
              () ->
                  epochs()
                      .during(
                          "key",
                          new Epoch(4),
                          () -> {
                            working.countDown();
                            await(end);
                            return "worked";
                          },
                          epoch -> "passed"),
              task -> Thread.ofPlatform().daemon().start(task)));
    }
    await(working);

    FileAppliedEpochs impatient =
        new FileAppliedEpochs(temp.resolve("state"), Duration.ofMillis(30));
    assertThatThrownBy(() -> impatient.inTurn("key", new Epoch(5), () -> "lifted", epoch -> ""))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("others have worked on 'key'");
    end.countDown();
    assertThat(sharers).allSatisfy(one -> assertThat(one.get()).isEqualTo("worked"));
    assertThat(epochs().inTurn("key", new Epoch(5), () -> "lifted", epoch -> ""))
        .isEqualTo("lifted");
    assertThat(epochs().during("key", new Epoch(4), () -> "worked", epoch -> "passed " + epoch))
        .isEqualTo("passed 5");
  }

  @Test
  void workInAnotherProcessHoldsBackALaterEpoch() throws Exception {
    epochs().inTurn("key", new Epoch(4), () -> "fenced", epoch -> "");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                temp.resolve("state").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(holder.getInputStream().read()).isEqualTo('h');
    FileAppliedEpochs impatient =
        new FileAppliedEpochs(temp.resolve("state"), Duration.ofMillis(30));

    assertThatThrownBy(() -> impatient.inTurn("key", new Epoch(5), () -> "lifted", epoch -> ""))
        .hasMessageContaining("others have worked on 'key'");
    holder.destroyForcibly().waitFor();
    assertThat(epochs().inTurn("key", new Epoch(5), () -> "lifted", epoch -> ""))
        .isEqualTo("lifted");
  }

  /// Runs in a process of its own, until it is killed.
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) {
      new FileAppliedEpochs(Path.of(args[0]))
          .during(
              "key",
              new Epoch(4),
              () -> {
                System.out.print('h');
                System.out.flush();
                try {
                  return System.in.read(); // never comes
                } catch (java.io.IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              outdated -> 0);
    }
  }

  /// Each process applies every epoch; what is applied must never go back, over all of them.
  @Test
  void processesThatRaceNeverGoBack() throws Exception {
    Path log = Files.createFile(temp.resolve("log"));
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Racer.class.getName(),
                  temp.resolve("state").toString(),
                  log.toString())
              .inheritIO()
              .start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }

    List<Long> applied = Files.readAllLines(log).stream().map(Long::valueOf).toList();
    assertThat(applied).isSorted().contains((long) EPOCHS);
  }

  /// Runs in processes of its own.
  static final class Racer {
    private Racer() {}

    public static void main(String[] args) {
      FileAppliedEpochs epochs = new FileAppliedEpochs(Path.of(args[0]));
      for (long epoch = 1; epoch <= EPOCHS; epoch++) {
        String line = epoch + "\n";
        epochs.inTurn(
            "key",
            new Epoch(epoch),
            () -> {
              try {
                return Files.writeString(
                    Path.of(args[1]), line, java.nio.file.StandardOpenOption.APPEND);
              } catch (java.io.IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            outdated -> Path.of(""));
      }
    }
  }

  private FileAppliedEpochs epochs() {
    return new FileAppliedEpochs(temp.resolve("state"));
  }

  private String inTurn(String key, long epoch) {
    return epochs()
        .inTurn(key, new Epoch(epoch), () -> "did " + epoch, later -> "outdated " + later);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
