package dev.gnomon.verification.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Sighting;
import dev.gnomon.core.routes.Switch;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.routes.UnreliableObjectStore.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The route table against a list: random switches and reads through several tables on one index
/// that is lost and lies, and on a store that refuses calls and loses answers. The model of a
/// resource is the list of its routes' causes; the table must never disagree with it, whatever the
/// index says. Run by the index in memory and by Redis. `-Dgnomon.seed=N` repeats a run.
public abstract class RouteTableProperties {
  private static final int STEPS = 3000;
  private static final int TABLES = 3;
  private static final List<ResourceName> RESOURCES =
      List.of(new ResourceName("site"), new ResourceName("shop"));

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final UnreliableObjectStore store = new UnreliableObjectStore(objects);
  private final RouteTable truth =
      new RouteTable(
          new ControlRecords(objects, () -> UUID.randomUUID().toString()),
          new InMemoryRouteIndex());
  private final Map<ResourceName, List<Route>> model = new HashMap<>();
  private boolean lied;

  /// An index that holds nothing; all calls give the same.
  protected abstract RouteIndex index();

  /// Loses everything the index holds, as a restart does.
  protected abstract void loseIndex();

  @Test
  void tableAgreesWithAListWhateverTheIndexAndTheStoreDo() {
    long seed = Long.getLong("gnomon.seed", System.nanoTime());
    System.out.println(getClass().getSimpleName() + ": -Dgnomon.seed=" + seed);
    Random random = new Random(seed);
    List<RouteTable> tables = new ArrayList<>();
    for (int table = 0; table < TABLES; table++) {
      tables.add(
          new RouteTable(
              new ControlRecords(store, () -> UUID.randomUUID().toString(), duration -> {}),
              index()));
    }
    for (int step = 0; step < STEPS; step++) {
      RouteTable table = tables.get(random.nextInt(TABLES));
      ResourceName resource = RESOURCES.get(random.nextInt(RESOURCES.size()));
      boolean faulty = random.nextInt(4) == 0;
      store.faults(() -> faulty ? fault(random) : Fault.NONE);
      try {
        step(random, table, resource, "step-" + step);
      } catch (ObjectStoreException e) {
        assertThat(faulty).as("no fault was planned, seed " + seed + ": " + e).isTrue();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ", step " + step + ": " + e.getMessage(), e);
      }
    }
    store.faults(() -> Fault.NONE);
    RESOURCES.forEach(resource -> {
      assertThat(stored(resource)).isEqualTo(modelled(resource));
      assertThat(tables.getFirst().current(resource)).isEqualTo(newest(resource));
    });
  }

  private void step(Random random, RouteTable table, ResourceName resource, String cause) {
    List<Route> routes = modelled(resource);
    int size = routes.size();
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> advance(table, SampleRoutes.route(resource, new Epoch(size + 1), cause));
      case 3 -> {
        if (size > 0) {
          Epoch taken = new Epoch(1 + random.nextInt(size));
          advance(table, SampleRoutes.route(resource, taken, cause));
        }
      }
      case 4 -> {
        store.faults(() -> Fault.NONE);
        Route beyond = SampleRoutes.route(resource, new Epoch(size + 2 + random.nextInt(5)), cause);
        assertThatIllegalArgumentException().isThrownBy(() -> table.advance(beyond));
      }
      case 5, 6 -> {
        assertThat(table.current(resource)).isEqualTo(newest(resource));
        store.faults(() -> Fault.NONE);
        // The same again without faults: now the index must be right too.
        assertThat(table.current(resource)).isEqualTo(newest(resource));
        assertThat(index().get(resource)).isEqualTo(newest(resource));
      }
      case 7 -> glance(table, resource);
      case 8 -> {
        loseIndex();
        lied = false;
      }
      case 9 -> lie(random, resource);
      default -> throw new AssertionError("no such step");
    }
  }

  private void advance(RouteTable table, Route next) {
    List<Route> routes = modelled(next.resource());
    boolean free = next.epoch().value() == routes.size() + 1;
    try {
      switch (table.advance(next)) {
        case Switch.Moved(Route route) -> {
          assertThat(free).as("a taken epoch was won").isTrue();
          assertThat(route).isEqualTo(next.withTime(route.time()));
          routes.add(route);
        }
        case Switch.Overtaken(Route current) -> {
          assertThat(free).as("a free epoch was lost").isFalse();
          assertThat(Optional.of(current)).isEqualTo(newest(next.resource()));
        }
      }
    } catch (ObjectStoreException e) {
      // Whether it took effect is the store's secret; if it did, it stands as it was asked for.
      truth
          .at(next.resource(), next.epoch())
          .filter(route -> free)
          .ifPresent(route -> {
            assertThat(route).isEqualTo(next.withTime(route.time()));
            routes.add(route);
          });
      throw e;
    } finally {
      assertThat(stored(next.resource())).isEqualTo(routes);
    }
  }

  private void glance(RouteTable table, ResourceName resource) {
    Optional<Sighting> sighting = table.glance(resource);
    if (sighting.isEmpty() || sighting.get().source() == Sighting.Source.OBJECTS) {
      assertThat(sighting.map(Sighting::route)).isEqualTo(newest(resource));
    } else if (!lied) {
      assertThat(modelled(resource)).contains(sighting.get().route());
    }
  }

  private void lie(Random random, ResourceName resource) {
    List<Route> routes = modelled(resource);
    index().get(resource).ifPresent(index()::discard);
    if (random.nextBoolean() && !routes.isEmpty()) {
      index().offer(routes.get(random.nextInt(routes.size())));
    } else {
      Epoch epoch = new Epoch(1 + random.nextInt(routes.size() + 5));
      index().offer(SampleRoutes.route(resource, epoch, "a lie"));
      lied = true;
    }
  }

  private List<Route> modelled(ResourceName resource) {
    return model.computeIfAbsent(resource, name -> new ArrayList<>());
  }

  private Optional<Route> newest(ResourceName resource) {
    List<Route> routes = modelled(resource);
    return routes.isEmpty() ? Optional.empty() : Optional.of(routes.getLast());
  }

  private List<Route> stored(ResourceName resource) {
    List<Route> routes = new ArrayList<>();
    String prefix = "routes/" + resource + "/";
    objects.names().stream()
        .filter(name -> name.value().startsWith(prefix))
        .forEach(name -> {
          Epoch epoch = new Epoch(Long.parseLong(name.value().substring(prefix.length())));
          routes.add(truth.at(resource, epoch).orElseThrow());
        });
    return routes;
  }

  private static Fault fault(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Fault.REFUSED;
      case 1 -> Fault.LOST_BEFORE;
      case 2 -> Fault.LOST_AFTER;
      default -> Fault.NONE;
    };
  }
}
