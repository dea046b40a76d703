package dev.gnomon.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.Outcome;
import dev.gnomon.core.chaos.TroubledObjectStore;
import dev.gnomon.core.chaos.WatchTrouble;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/// A process that watches experiments, and uses cell east, once a second of its world.
final class ProcessInTrouble {
  final Injected injected;
  final WatchTrouble watch;
  private final ChaosWorld world;
  private final TroubledObjectStore east;

  ProcessInTrouble(ChaosWorld world) {
    this.world = world;
    this.injected = new Injected(world.clock::nanos);
    this.watch = new WatchTrouble(world.records, injected, "one");
    this.east =
        new TroubledObjectStore(
            new CellName("east"), new InMemoryObjectStore(), injected, new Random(1), pause -> {});
  }

  Optional<Outcome> request(Experiment experiment) {
    return world.run.request(experiment, world.clock.instant());
  }

  void pass(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      round();
      world.clock.forward(Duration.ofSeconds(1));
    }
    round();
  }

  /// All of its time, and that in which its evidence may still have effects.
  void over(Duration lasts) {
    pass(lasts.plusMinutes(1));
  }

  void round() {
    world.run.attend();
    watch.look();
    try {
      east.stat(new ObjectName("a"));
    } catch (ObjectStoreException e) {
      assertThat(e).hasMessageContaining("experiment");
    }
    world.run.attend();
  }

  Outcome outcome(String id) {
    return world.records.outcome(id).orElseThrow();
  }
}
