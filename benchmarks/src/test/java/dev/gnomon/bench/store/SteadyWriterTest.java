package dev.gnomon.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeDigest;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteadyWriterTest {
  private static final Duration WRITING = Duration.ofSeconds(2);

  @TempDir Path source;
  @TempDir Path replica;

  /// Makes the replica equal again and again.
  private void follow(AtomicBoolean ended) {
    while (!ended.get()) {
      try {
        for (Path path : below(source)) {
          Path to = replica.resolve(source.relativize(path));
          if (Files.isDirectory(path)) {
            Files.createDirectories(to);
          } else if (Files.notExists(to) || differ(path, to)) {
            Path part = to.resolveSibling(".part");
            Files.copy(
                path,
                part,
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
          }
        }
        for (Path path : below(replica).reversed()) {
          if (Files.notExists(source.resolve(replica.relativize(path)))) {
            Files.delete(path);
          }
        }
      } catch (NoSuchFileException e) {
        // the writer was faster
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static boolean differ(Path one, Path other) throws IOException {
    return Files.mismatch(one, other) >= 0
        || !Files.getLastModifiedTime(one).equals(Files.getLastModifiedTime(other));
  }

  private static List<Path> below(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.skip(1).toList();
    } catch (UncheckedIOException e) {
      throw new NoSuchFileException(String.valueOf(e.getMessage()));
    }
  }

  @Test
  void measuresUntilEachChangeArrivedAndLeavesTheReplicaEqual() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    Thread follower = Thread.ofPlatform().start(() -> follow(ended));

    Lags lags;
    try {
      lags = new SteadyWriter(source, replica, () -> {}, Patience.LIMIT).run(WRITING);
    } finally {
      ended.set(true);
      follower.join();
    }

    assertThat(lags.median()).isPositive().isLessThanOrEqualTo(lags.p99());
    assertThat(TreeDigest.of(source).differenceTo(TreeDigest.of(replica))).isEmpty();
    assertThat(below(source)).hasSizeGreaterThan(200);
  }

  @Test
  void aChangeThatNeverArrivesIsNoFigure() {
    SteadyWriter writer = new SteadyWriter(source, replica, () -> {}, Duration.ofMillis(200));

    assertThatThrownBy(() -> writer.run(WRITING))
        .isInstanceOf(RoundFailedException.class)
        .hasMessageContaining("200 changes did not arrive");
  }

  @Test
  void aFollowerThatEndedIsNotWaitedFor() {
    SteadyWriter writer =
        new SteadyWriter(
            source,
            replica,
            () -> {
              throw new RoundFailedException("gone");
            });

    assertThatThrownBy(() -> writer.run(WRITING))
        .isInstanceOf(RoundFailedException.class)
        .hasMessage("gone");
  }
}
