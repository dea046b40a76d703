package dev.gnomon.filesystem.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.KeepInStep;
import dev.gnomon.core.replica.Lag;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.filesystem.mirror.DirectoryMirror;
import dev.gnomon.filesystem.mirror.RandomTree;
import dev.gnomon.filesystem.mirror.TreeLook;
import dev.gnomon.linux.Linux;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A follower in a process of its own that is killed (SIGKILL) at random moments while the tree
/// that it follows changes.
class KilledFollowerIT {
  private static final int KILLS = 6;
  private static final String IN_STEP = "in step";

  @TempDir Path temp;

  /// Follows for ever and says when it is in step for the first time.
  static final class Follower {
    private Follower() {}

    public static void main(String[] args) throws Exception {
      Path source = Path.of(args[0]);
      try (TreeMirror mirror =
              DirectoryMirror.mirrors(Clock.systemUTC())
                  .open(source, Path.of(args[1]), Path.of(args[2]));
          KeepInStep inStep =
              new KeepInStep(
                  () -> InotifyFeed.feeds().open(source),
                  mirror,
                  Clock.systemUTC(),
                  new Lag(),
                  KeepInStep.COMPARE_EVERY,
                  Duration.ofDays(1),
                  Optional.empty(),
                  () -> false,
                  files -> true)) {
        System.out.println("begins");
        boolean told = false;
        while (true) {
          inStep.step(Duration.ofMillis(20));
          if (!told && inStep.isInStep()) {
            told = true;
            System.out.println(IN_STEP);
          }
        }
      }
    }
  }

  private Process start() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Follower.class.getName(),
            temp.resolve("source").toString(),
            temp.resolve("target").toString(),
            temp.resolve("memory").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void killedAtAnyMomentTheNextOneEndsEqual() throws Exception {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path source = Files.createDirectory(temp.resolve("source"));
    Path target = Files.createDirectory(temp.resolve("target"));
    RandomTree tree = new RandomTree(source, random);
    tree.steps(200);
    for (int kill = 0; kill < KILLS; kill++) {
      Process follower = start();
      try (BufferedReader says =
          new BufferedReader(
              new InputStreamReader(follower.getInputStream(), StandardCharsets.UTF_8))) {
        String line = says.readLine(); // it has begun
        if (random.nextBoolean()) {
          line = says.readLine();
        }
        assertThat(line).as("seed %d", seed).isNotNull();
        tree.steps(random.nextInt(150)); // as long as it takes
      } finally {
        follower.destroyForcibly().waitFor();
      }
    }

    try (TreeMirror mirror =
        DirectoryMirror.mirrors(Clock.systemUTC()).open(source, target, temp.resolve("memory"))) {
      TreeMirror.Control control =
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
      assertThat(mirror.everything(Depth.STATS, control).faults()).as("seed %d", seed).isEmpty();
    }

    assertThat(TreeLook.differences(source, target)).as("seed %d", seed).isEmpty();
  }
}
