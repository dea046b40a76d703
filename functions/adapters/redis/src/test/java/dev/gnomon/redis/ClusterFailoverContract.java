package dev.gnomon.redis;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.routes.Switch;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.routes.SampleRoutes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A master of a Redis Cluster dies while routes are switched.
abstract class ClusterFailoverContract {
  private static final StoreIdentity STORE = new StoreIdentity("store-1");
  private static final List<ResourceName> RESOURCES =
      IntStream.range(0, 9).mapToObj(i -> new ResourceName("resource-" + i)).toList();
  private static final ResourceName HIT = RESOURCES.getFirst();

  /// On the same master, and switched only while nobody has taken its place.
  private static final ResourceName QUIET =
      IntStream.iterate(0, i -> i + 1)
          .mapToObj(i -> new ResourceName("quiet-" + i))
          .filter(name ->
              RedisCluster.master(RouteEntry.key(STORE, name))
                  == RedisCluster.master(RouteEntry.key(STORE, HIT)))
          .findFirst()
          .orElseThrow();

  private static final int ENOUGH = 20;

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final AtomicBoolean stopped = new AtomicBoolean();

  /// What switchers of a resource were told: the cause of each epoch that was theirs.
  private final Map<ResourceName, Map<Long, String>> acknowledged = new ConcurrentHashMap<>();

  private final AtomicLong twice = new AtomicLong();

  /// Executable of the servers.
  abstract Path server();

  private RouteTable table(RedisRouteIndex index) {
    return new RouteTable(new ControlRecords(objects, () -> UUID.randomUUID().toString()), index);
  }

  private void switchUntilStopped(RouteTable table, ResourceName resource, String name) {
    long seen = 0;
    while (!stopped.get()) {
      long now = table.current(resource).map(route -> route.epoch().value()).orElse(0L);
      assertThat(now).as(resource + " went back").isGreaterThanOrEqualTo(seen);
      seen = now;
      Epoch next = new Epoch(now + 1);
      String cause = name + "-" + next;
      if (table.advance(SampleRoutes.route(resource, next, cause)) instanceof Switch.Moved) {
        String before = acknowledged.get(resource).put(next.value(), cause);
        if (before != null) {
          twice.incrementAndGet();
        }
      }
    }
  }

  private int switches(ResourceName resource) {
    return acknowledged.get(resource).size();
  }

  @Test
  void noSwitchThatWasAcknowledgedIsLostAndTheIndexIsRightAgain(@TempDir Path dir)
      throws Exception {
    RESOURCES.forEach(resource -> acknowledged.put(resource, new ConcurrentHashMap<>()));
    List<Future<?>> switchers = new ArrayList<>();
    try (RedisCluster cluster = RedisCluster.start(server(), dir);
        RedisLink one = Links.connected(cluster.urlAsInstalled());
        RedisLink two = Links.connected(cluster.urlAsInstalled());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RedisRouteIndex index = new RedisRouteIndex(one, () -> STORE);
      RouteTable first = table(index);
      RouteTable second = table(new RedisRouteIndex(two, () -> STORE));
      try {
        for (ResourceName resource : RESOURCES) {
          switchers.add(threads.submit(() -> switchUntilStopped(first, resource, "first")));
          switchers.add(threads.submit(() -> switchUntilStopped(second, resource, "second")));
        }
        String key = RouteEntry.key(STORE, HIT);
        first.advance(SampleRoutes.route(QUIET, Epoch.FIRST, "before"));
        await().until(() -> RESOURCES.stream().allMatch(each -> switches(each) >= ENOUGH));

        cluster.killMasterOf(key);

        assertThat(cluster.failedOver(key)).as("nobody has noticed yet").isFalse();
        assertThat(first.advance(SampleRoutes.route(QUIET, new Epoch(2), "without a master")))
            .isInstanceOf(Switch.Moved.class);
        int before = switches(HIT);
        await().until(() -> switches(HIT) >= before + ENOUGH);
        await().until(() -> cluster.failedOver(key));
        await().until(() -> index.get(HIT).isPresent());
        int after = switches(HIT);
        await().until(() -> switches(HIT) >= after + ENOUGH);
      } finally {
        stopped.set(true);
      }
      for (Future<?> switcher : switchers) {
        switcher.get(); // fails where one went back
      }

      assertThat(twice).as("epochs that two were told to have").hasValue(0);
      assertThat(first.current(QUIET).map(Route::cause)).contains("without a master");
      await().until(() -> index.get(QUIET).equals(first.current(QUIET)));
      for (ResourceName resource : RESOURCES) {
        acknowledged
            .get(resource)
            .forEach((epoch, cause) ->
                assertThat(first.at(resource, new Epoch(epoch)).map(Route::cause))
                    .as("%s at %d", resource, epoch)
                    .contains(cause));
        Optional<Route> current = first.current(resource);
        assertThat(current.orElseThrow().epoch().value()).isEqualTo(switches(resource));
        await()
            .until(() -> {
              assertThat(first.current(resource)).isEqualTo(current); // repairs the index
              return index.get(resource).equals(current);
            });
      }
    }
  }
}
