package dev.gnomon.verification.probes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.probes.StoreProbe;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A probe of an object store leaves little behind.
class StoreProbeTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private final ObjectStore store = new InMemoryObjectStore();
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");

  private int objects() {
    return store.list("probes/", Optional.empty(), 1000).objects().size();
  }

  @Test
  void aStoreThatWorksIsWellAndHoldsAtMostEightObjectsAVantagePoint() {
    StoreProbe west = new StoreProbe(store, "west", MINUTE);
    StoreProbe north = new StoreProbe(store, "north", MINUTE);

    for (int i = 0; i < 500; i++) {
      now = now.plusSeconds(7);
      assertThat(west.failure(now)).isEmpty();
      assertThat(north.failure(now)).isEmpty();
    }

    assertThat(objects()).isEqualTo(2 * StoreProbe.SLOTS);
  }

  @Test
  void aProcessThatBeginsAgainTakesItsNamesOver() {
    for (int i = 0; i < 20; i++) {
      assertThat(new StoreProbe(store, "west", MINUTE).failure(now)).isEmpty();
    }
    assertThat(objects()).isEqualTo(1);
  }

  @Test
  void aLostOrChangedObjectIsAFailure() {
    StoreProbe probe = new StoreProbe(store, "west", MINUTE);
    assertThat(probe.failure(now)).isEmpty();

    store.delete(
        store.list("probes/west/", Optional.empty(), 10).objects().stream()
            .map(dev.gnomon.core.objects.ObjectStat::name)
            .toList());

    assertThat(probe.failure(now.plusSeconds(5)).orElseThrow())
        .contains("probes/west/0 does not hold");
    assertThat(probe.failure(now.plusSeconds(61))).as("written anew").isEmpty();
  }
}
