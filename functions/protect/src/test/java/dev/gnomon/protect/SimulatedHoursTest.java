package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Simulated hours of random faults against the real decision code: no acknowledged write is lost,
/// no epoch goes back, and there never are two primaries. A failure prints its seed;
/// `-Dgnomon.seed=N` runs that one again.
class SimulatedHoursTest {
  private static final int HOURS = 100;
  private static final int LONG_RUNS = 100;

  @TempDir Path root;

  @Test
  void twoHundredHoursLoseNothing() throws Exception {
    long seed = Long.getLong("gnomon.seed", 1);
    run(seed);
    run(seed + 1);
  }

  @Tag("long")
  @Test
  void tenThousandHoursLoseNothing() throws Exception {
    long seed = Long.getLong("gnomon.seed", new Random().nextLong());
    for (int i = 0; i < LONG_RUNS; i++) {
      run(seed + i);
    }
  }

  /// The simulation would notice: old processes of the application write where nobody looks.
  @Test
  void aFenceThatDoesNothingIsFound() throws Exception {
    SimulatedHours simulation =
        new SimulatedHours(Files.createDirectory(root.resolve("open")), 1, LeakyFence::new);
    try {
      assertThatThrownBy(() -> simulation.hours(HOURS))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("places of")
          .hasMessageContaining("that take writes at one time");
    } finally {
      simulation.close();
    }
  }

  private void run(long seed) throws Exception {
    Path directory = Files.createDirectory(root.resolve("world-" + seed));
    SimulatedHours simulation = new SimulatedHours(directory, seed, fence -> fence);
    try {
      simulation.hours(HOURS);
      System.out.printf("SimulatedHoursTest: seed %d: %s%n", seed, simulation.summary());
      assertThat(simulation.rollbacks()).as("rollbacks that the run is about").isPositive();
      assertThat(simulation.setAside()).as("writes that rollbacks took away").isPositive();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("with -Dgnomon.seed=" + seed + "\n" + simulation.story(), e);
    } finally {
      simulation.close();
    }
  }
}
