package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreEstimateTest {
  @TempDir Path temporary;
  private final ObjectStore store = new InMemoryObjectStore();
  private final RestorePlan plan = new RestorePlan(1, 1000, 0, 0, 0, 1, List.of(), List.of());

  @Test
  void guessesFromWhatTheStoreAndADiskDoJustNow() {
    var ignored = store.create(new ObjectName("store/packs/one"), new byte[1000]);

    assertThat(RestoreEstimate.of(plan, store, temporary))
        .hasValueSatisfying(guess -> assertThat(guess.seconds()).isPositive());
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whereNothingCanBeMeasuredThereIsNoGuess() {
    assertThat(RestoreEstimate.of(plan, store, temporary)).as("no packs").isEmpty();
    var ignored = store.create(new ObjectName("store/packs/one"), new byte[1000]);

    assertThat(RestoreEstimate.of(plan, store, temporary.resolve("missing")))
        .as("no place for a temporary file, as on a full disk")
        .isEmpty();
  }
}
