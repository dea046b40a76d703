package dev.gnomon.verification.routes;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.Retries.Limits;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.routes.UnreliableObjectStore.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class RouteRaceTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final int RACERS = 16;
  private static final long LAST = 400;

  @Test
  void everyEpochHasOneWinnerWhenThreadsRaceAndTheIndexIsLost() throws Exception {
    UnreliableObjectStore store = new UnreliableObjectStore(new InMemoryObjectStore());
    // Lost answers of creates are the hard case: the winner must still learn that it won.
    store.faults(
        () -> ThreadLocalRandom.current().nextInt(200) == 0 ? Fault.LOST_AFTER : Fault.NONE);
    InMemoryRouteIndex index = new InMemoryRouteIndex();
    List<String> names = new ArrayList<>();
    List<Callable<List<Long>>> racers = new ArrayList<>();
    for (int racer = 0; racer < RACERS; racer++) {
      String name = "racer" + racer;
      RouteTable table =
          new RouteTable(
              new ControlRecords(repeating(store), () -> name + UUID.randomUUID(), duration -> {}),
              index);
      names.add(name);
      racers.add(new RouteRacer(name, table, SITE, LAST)::run);
    }
    List<List<Long>> wins = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Long>>> running = racers.stream().map(threads::submit).toList();
      while (!running.stream().allMatch(Future::isDone)) {
        index.clear();
        Thread.yield();
      }
      for (Future<List<Long>> racer : running) {
        wins.add(racer.get());
      }
    }
    store.faults(() -> Fault.NONE);

    RouteTable judge =
        new RouteTable(
            new ControlRecords(store, () -> UUID.randomUUID().toString()),
            new InMemoryRouteIndex());
    RouteRacer.check(judge, SITE, LAST, names, wins);
  }

  /// Repeats what only reads; creates whose answer is lost are left to the control records.
  private static ObjectStore repeating(ObjectStore store) {
    Retries patient =
        new Retries(
            new Limits(100, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1)),
            duration -> {},
            new Random(1),
            System::nanoTime);
    return new RetryingObjectStore(store, patient);
  }
}
