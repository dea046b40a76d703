package dev.gnomon.filesystem.actuators;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.Actuator.Applied;
import dev.gnomon.core.catalogue.ActuatorSpec.Symlink;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SymlinkActuatorTest {
  @TempDir Path temp;
  private Path link;
  private SymlinkActuator actuator;

  @BeforeEach
  void makeActuator() {
    link = temp.resolve("current");
    actuator = restarted();
  }

  @Test
  void makesTheLinkAndSwingsIt() throws Exception {
    assertThat(apply(1, "/srv/site")).isEqualTo(new Applied.Done());
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("/srv/site"));

    assertThat(apply(2, "/mnt/replica/7")).isEqualTo(new Applied.Done());

    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("/mnt/replica/7"));
    try (Stream<Path> entries = Files.list(temp)) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .containsExactlyInAnyOrder("current", "state");
    }
  }

  @Test
  void sameEpochMayBeAppliedAgain() throws Exception {
    apply(2, "/srv/site");
    Files.delete(link);

    assertThat(apply(2, "/srv/site")).isEqualTo(new Applied.Done());
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("/srv/site"));
  }

  @Test
  void smallerEpochIsRefusedAlsoAfterARestart() throws Exception {
    apply(5, "/srv/new");
    actuator = restarted();

    assertThat(apply(4, "/srv/old")).isEqualTo(new Applied.Outdated(5));
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("/srv/new"));
  }

  @Test
  void whatIsNoLinkIsNeverReplaced() throws Exception {
    Files.createDirectory(link);
    assertThat(apply(1, "/srv/site"))
        .isEqualTo(
            new Applied.Failed(link + " is not a symbolic link; it was left as it is", false));

    Files.delete(link);
    Files.writeString(link, "precious");
    assertThat(apply(1, "/srv/site")).isInstanceOf(Applied.Failed.class);
    assertThat(link).hasContent("precious");
  }

  @Test
  void leftoverOfAKilledAttemptIsReplaced() throws Exception {
    Files.createSymbolicLink(temp.resolve(".current.gnomon-link"), Path.of("/srv/half"));

    assertThat(apply(1, "/srv/site")).isEqualTo(new Applied.Done());
    assertThat(temp.resolve(".current.gnomon-link")).doesNotExist();
  }

  @Test
  void missingParentMayComeBack() {
    link = temp.resolve("unmounted/current");

    assertThat(apply(1, "/srv/site"))
        .isInstanceOfSatisfying(
            Applied.Failed.class, failed -> assertThat(failed.retryable()).isTrue());
  }

  @Test
  void relativePathsAreRefused() {
    assertThat(apply(1, "srv/site"))
        .isInstanceOfSatisfying(
            Applied.Failed.class, failed -> assertThat(failed.retryable()).isFalse());
  }

  @Test
  void readersSeeALinkAtEveryMoment() throws Exception {
    apply(1, "/srv/1");
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicLong reads = new AtomicLong();
    CompletableFuture<String> reader =
        CompletableFuture.supplyAsync(() -> {
          try {
            while (running.get()) {
              Files.readSymbolicLink(link);
              reads.incrementAndGet();
            }
            return "";
          } catch (NoSuchFileException e) {
            return "a moment without a link";
          } catch (java.io.IOException e) {
            return e.toString();
          }
        });
    await().until(() -> reads.get() > 0);
    for (int epoch = 2; epoch < 100; epoch++) {
      apply(epoch, "/srv/" + epoch);
    }
    running.set(false);

    assertThat(reader.get()).isEmpty();
  }

  @Test
  void racingEpochsEndAtTheGreatest() throws Exception {
    try (var pool = Executors.newFixedThreadPool(8)) {
      var all =
          IntStream.rangeClosed(1, 60)
              .mapToObj(epoch ->
                  CompletableFuture.runAsync(
                      () ->
                          restarted()
                              .apply(
                                  new Symlink(link),
                                  Routes.resource(),
                                  Routes.route(epoch, "/srv/" + epoch)),
                      pool))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(all).get();
    }

    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("/srv/60"));
  }

  private SymlinkActuator restarted() {
    return new SymlinkActuator(new FileAppliedEpochs(temp.resolve("state")));
  }

  private Applied apply(long epoch, String target) {
    return actuator.apply(new Symlink(link), Routes.resource(), Routes.route(epoch, target));
  }
}
