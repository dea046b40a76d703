package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreEstimateTest {
  @TempDir Path temporary;
  private final ObjectStore store = new InMemoryObjectStore();
  private final RestorePlan plan = new RestorePlan(1, 1000, 0, 0, 0, 1, List.of(), List.of());

  @Test
  void guessesFromWhatTheStoreAndADiskDoJustNow() {
    var ignored = store.create(new ObjectName("store/packs/one"), new byte[1000]);

    assertThat(RestoreEstimate.of(plan, store, Optional.of(temporary)))
        .hasValueSatisfying(guess -> assertThat(guess.seconds()).isPositive());
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whereNothingCanBeMeasuredThereIsNoGuess() {
    assertThat(RestoreEstimate.of(plan, store, Optional.of(temporary))).as("no packs").isEmpty();
    var ignored = store.create(new ObjectName("store/packs/one"), new byte[1000]);

    assertThat(RestoreEstimate.of(plan, store, Optional.of(temporary.resolve("missing"))))
        .as("no place for a temporary file, as on a full disk")
        .isEmpty();
  }

  @Test
  void manySmallFilesTakeLongerThanTheirBytes() {
    var ignored = store.create(new ObjectName("store/packs/one"), new byte[1000]);
    RestorePlan many = new RestorePlan(1_000_000, 1000, 0, 0, 0, 1, List.of(), List.of());

    double files = RestoreEstimate.of(many, store, Optional.of(temporary)).orElseThrow().seconds();

    assertThat(files).isGreaterThan(1);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aBucketHasNoDisk() {
    var ignored = store.create(new ObjectName("store/packs/one"), new byte[1000]);

    assertThat(RestoreEstimate.of(plan, store, Optional.empty()))
        .hasValueSatisfying(guess -> {
          assertThat(guess.diskBytesPerSecond()).isEmpty();
          assertThat(guess.sentence()).contains("the bucket is taken to be as fast");
        });
  }

  @Test
  void theDiskIsThatOfTheTarget() throws IOException {
    Path there = Files.createDirectory(temporary.resolve("there"));

    assertThat(RestoreEstimate.disk(there)).contains(temporary);
    assertThat(RestoreEstimate.disk(temporary.resolve("not/there/yet"))).contains(temporary);
    Path mounted = Path.of("/proc");
    if (Files.isDirectory(mounted)) {
      assertThat(RestoreEstimate.disk(mounted)).contains(mounted);
    }
  }
}
