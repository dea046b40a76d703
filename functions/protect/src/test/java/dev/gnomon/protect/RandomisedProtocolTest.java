package dev.gnomon.protect;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Everything at once, at random, checked against a simple model ([RandomisedRun]). A failure
/// prints its seed; `-Dgnomon.seed=N` runs that one again.
class RandomisedProtocolTest {
  private static final int SHORT_RUNS = 24;
  private static final int SHORT_STEPS = 10;
  private static final int LONG_RUNS = 150;
  private static final int LONG_STEPS = 40;

  @TempDir Path root;

  /// The same ones each time, so that a build can be repeated.
  static Stream<Long> fewSeeds() {
    return seeds(LongStream.rangeClosed(1, SHORT_RUNS));
  }

  /// Other ones each time.
  static Stream<Long> manySeeds() {
    return seeds(LongStream.generate(new Random()::nextLong).limit(LONG_RUNS));
  }

  private static Stream<Long> seeds(LongStream unlessGiven) {
    Long wanted = Long.getLong("gnomon.seed");
    return wanted != null ? Stream.of(wanted) : unlessGiven.boxed();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewSeeds")
  void endsAsTheModelSays(long seed) throws Exception {
    run(seed, SHORT_STEPS);
  }

  @Tag("long")
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("manySeeds")
  void endsAsTheModelSaysInLongRuns(long seed) throws Exception {
    run(seed, LONG_STEPS);
  }

  private void run(long seed, int steps) throws Exception {
    System.out.println("RandomisedProtocolTest: -Dgnomon.seed=" + seed);
    RandomisedRun run = new RandomisedRun(Files.createDirectory(root.resolve("world")), seed);
    try {
      run.steps(steps);
      if (Long.getLong("gnomon.seed") != null) {
        System.out.println(run.story());
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + "\n" + run.story(), e);
    } finally {
      run.close();
    }
  }
}
