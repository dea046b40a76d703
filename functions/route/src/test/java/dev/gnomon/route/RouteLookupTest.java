package dev.gnomon.route;

import static dev.gnomon.verification.routes.SampleRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Sighting;
import dev.gnomon.core.routes.Sighting.Source;
import dev.gnomon.core.routes.Switch;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteLookupTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final ResourceName SHOP = new ResourceName("shop");
  private static final Duration VERIFY_EVERY = Duration.ofSeconds(10);

  private final FaultInjectingObjectStore store =
      new FaultInjectingObjectStore(new InMemoryObjectStore());
  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final InMemoryRouteIndex index = new InMemoryRouteIndex();
  private final RouteTable table = new RouteTable(records, index);
  private final RouteTable withoutRedis = new RouteTable(records, RouteIndex.none());
  private final AtomicLong nanos = new AtomicLong();
  private final Queue<Runnable> background = new ArrayDeque<>();
  private final RouteLookup lookup =
      new RouteLookup(
          new RouteSources(table, () -> List.of(SITE, SHOP, new ResourceName("new")), List.of()),
          VERIFY_EVERY,
          nanos::get,
          background::add);

  @BeforeEach
  void switchOnce() {
    assertThat(table.advance(route("site", 1, "a"))).isInstanceOf(Switch.Moved.class);
  }

  @Test
  void answerOfTheIndexNeedsNoObjects() {
    int reads = store.calls(Operation.READ);

    assertThat(source(lookup.find(SITE, false).orElseThrow())).isEqualTo(Source.INDEX);
    assertThat(store.calls(Operation.READ)).isEqualTo(reads);
  }

  @Test
  void freshAnswerComesFromTheObjects() {
    assertThat(withoutRedis.advance(route("site", 2, "b"))).isInstanceOf(Switch.Moved.class);

    Sighting fresh = lookup.find(SITE, true).orElseThrow();

    assertThat(source(fresh)).isEqualTo(Source.OBJECTS);
    assertThat(fresh.route().epoch().value()).isEqualTo(2);
  }

  @Test
  void switchThatMissedTheIndexIsSeenAfterTheComparison() {
    assertThat(withoutRedis.advance(route("site", 2, "b"))).isInstanceOf(Switch.Moved.class);

    assertThat(epoch(lookup)).isEqualTo(1);
    background.remove().run();

    assertThat(epoch(lookup)).isEqualTo(2);
  }

  @Test
  void oneComparisonInItsTime() {
    lookup.find(SITE, false);
    lookup.find(SITE, false);
    assertThat(background).hasSize(1);

    nanos.addAndGet(VERIFY_EVERY.toNanos());
    lookup.find(SITE, false);
    lookup.find(SITE, false);

    assertThat(background).hasSize(2);
  }

  @Test
  void indexAnswersWhileTheControlStoreIsAway() {
    store.goAway();

    assertThat(epoch(lookup)).isEqualTo(1);
    background.remove().run();
    assertThat(epoch(lookup)).isEqualTo(1);
    assertThatThrownBy(() -> lookup.find(SITE, true)).isInstanceOf(ObjectStoreException.class);
  }

  @Test
  void allShowsThoseThatHaveARouteByName() {
    assertThat(table.advance(route("shop", 1, "a"))).isInstanceOf(Switch.Moved.class);

    assertThat(lookup.all(false))
        .extracting(sighting -> sighting.route().resource())
        .containsExactly(SHOP, SITE);
  }

  private static long epoch(RouteLookup lookup) {
    return lookup.find(SITE, false).orElseThrow().route().epoch().value();
  }

  private static Source source(Sighting sighting) {
    return sighting.source();
  }
}
