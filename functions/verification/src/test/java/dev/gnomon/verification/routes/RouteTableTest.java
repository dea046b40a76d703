package dev.gnomon.verification.routes;

import static dev.gnomon.verification.routes.SampleRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Sighting;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.routes.Switch;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.routes.UnreliableObjectStore.Fault;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final InMemoryObjectStore objects =
      new InMemoryObjectStore(Clock.fixed(NOW, ZoneOffset.UTC));
  private final UnreliableObjectStore store = new UnreliableObjectStore(objects);
  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final InMemoryRouteIndex index = new InMemoryRouteIndex();
  private final RouteTable table = new RouteTable(records, index);

  @Test
  void resourceThatNeverHadARouteHasNone() {
    assertThat(table.current(SITE)).isEmpty();
    assertThat(table.glance(SITE)).isEmpty();
    assertThat(table.resources()).isEmpty();
  }

  @Test
  void switchMakesTheNextEpochCurrent() {
    switchTo(1);

    Switch outcome = table.advance(route("site", 2, "rollbacks/site/1/intent"));

    Route moved = route("site", 2, "rollbacks/site/1/intent").withTime(NOW);
    assertThat(outcome).isEqualTo(new Switch.Moved(moved));
    assertThat(table.current(SITE)).contains(moved);
    assertThat(index.get(SITE)).contains(moved);
    assertThat(objects.names()).contains(new ObjectName("routes/site/00000000000000000002"));
  }

  @Test
  void takenEpochSaysWhoIsCurrentNow() {
    switchTo(4);
    index.clear();

    Switch outcome = table.advance(route("site", 2, "late"));

    assertThat(outcome).isEqualTo(new Switch.Overtaken(stored(4)));
    assertThat(index.get(SITE)).contains(stored(4));
    assertThat(table.at(SITE, new Epoch(2))).contains(stored(2));
  }

  @Test
  void epochWithoutPredecessorIsRefused() {
    switchTo(2);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.advance(route("site", 4, "gap")))
        .withMessage("epoch 4 of site would leave a gap: there is no 3");
    assertThat(table.current(SITE)).contains(stored(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100})
  void currentRouteIsFoundWithoutAnyIndex(int epochs) {
    switchTo(epochs);
    index.clear();

    assertThat(table.current(SITE)).contains(stored(epochs));
    assertThat(index.get(SITE)).contains(stored(epochs));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 19, 20})
  void indexThatIsBehindIsBroughtUpToDate(long hint) {
    switchTo(20);
    index.clear();
    index.offer(stored(hint));

    assertThat(table.current(SITE)).contains(stored(20));
    assertThat(index.get(SITE)).contains(stored(20));
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 7, 1000, Long.MAX_VALUE})
  void indexThatIsAheadIsNotBelievedAndRepaired(long lie) {
    switchTo(5);
    index.offer(route("site", lie, "of another installation"));

    assertThat(table.current(SITE)).contains(stored(5));
    assertThat(index.get(SITE)).contains(stored(5));
  }

  @Test
  void indexThatTellsAnotherRouteOfTheSameEpochIsRepaired() {
    switchTo(5);
    index.clear();
    index.offer(route("site", 5, "foreign"));

    assertThat(table.current(SITE)).contains(stored(5));
    assertThat(index.get(SITE)).contains(stored(5));
  }

  @Test
  void indexThatKnowsAResourceWithoutObjectsForgetsIt() {
    index.offer(route("site", 3, "foreign"));

    assertThat(table.current(SITE)).isEmpty();
    assertThat(index.get(SITE)).isEmpty();
  }

  @Test
  void readingWithAHintTakesTwoReads() {
    switchTo(50);
    AtomicInteger calls = new AtomicInteger();
    store.faults(() -> {
      calls.incrementAndGet();
      return Fault.NONE;
    });

    table.current(SITE);

    assertThat(calls).hasValue(2);
  }

  @Test
  void glanceNeedsNoObjects() {
    switchTo(3);
    store.faults(() -> Fault.REFUSED);

    assertThat(table.glance(SITE)).contains(new Sighting(stored(3), Sighting.Source.INDEX));
  }

  @Test
  void glanceWithAnEmptyIndexReadsTheObjects() {
    switchTo(3);
    index.clear();

    assertThat(table.glance(SITE)).contains(new Sighting(stored(3), Sighting.Source.OBJECTS));
    assertThat(index.get(SITE)).contains(stored(3));
  }

  @Test
  void storeThatIsAwayFailsDecisionsAndSwitches() {
    switchTo(3);
    store.faults(() -> Fault.REFUSED);

    assertThatThrownBy(() -> table.current(SITE)).isInstanceOf(ObjectStoreException.class);
    assertThatThrownBy(() -> table.advance(route("site", 4, "x")))
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TRANSIENT));
    store.faults(() -> Fault.NONE);
    assertThat(table.current(SITE)).contains(stored(3));
  }

  @Test
  void indexThatThrowsFailsNothing() {
    RouteTable onBrokenIndex = new RouteTable(records, new BrokenIndex());

    assertThat(onBrokenIndex.advance(route("site", 1, "e1")))
        .isEqualTo(new Switch.Moved(stored(1)));
    assertThat(onBrokenIndex.advance(route("site", 1, "again")))
        .isEqualTo(new Switch.Overtaken(stored(1)));
    assertThat(onBrokenIndex.current(SITE)).contains(stored(1));
    assertThat(onBrokenIndex.glance(SITE))
        .contains(new Sighting(stored(1), Sighting.Source.OBJECTS));
  }

  @Test
  void damagedRecordIsNamedAndNeverSkipped() {
    switchTo(3);
    objects.damage(new ObjectName("routes/site/00000000000000000003"), bytes -> new byte[] {'{'});

    assertThatThrownBy(() -> table.current(SITE))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("routes/site/00000000000000000003");
  }

  @Test
  void recordUnderAnotherRoutesNameIsNamed() {
    switchTo(1);
    records.create(new ObjectName("routes/site/00000000000000000002"), route("other", 7, "x"));

    assertThatThrownBy(() -> table.current(SITE))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessage("control record 'routes/site/00000000000000000002' holds epoch 7 of other");
  }

  @Test
  void listsEveryResourceThatHasARoute() {
    for (String name : List.of("b", "a", "a-b", "a0", "site")) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        table.advance(route(name, epoch, "x"));
      }
    }

    assertThat(table.resources())
        .extracting(ResourceName::value)
        .containsExactlyInAnyOrder("a", "a-b", "a0", "b", "site");
  }

  @Test
  void storeKeepsItsFirstIdentity() {
    StoreIdentity first = StoreIdentity.of(records, "id-1");

    assertThat(first).isEqualTo(new StoreIdentity("id-1"));
    assertThat(StoreIdentity.of(records, "id-2")).isEqualTo(first);
  }

  private void switchTo(int epochs) {
    for (int epoch = 1; epoch <= epochs; epoch++) {
      assertThat(table.advance(route("site", epoch, "e" + epoch))).isInstanceOf(Switch.Moved.class);
    }
  }

  private static Route stored(long epoch) {
    return route("site", epoch, "e" + epoch).withTime(NOW);
  }

  private static final class BrokenIndex implements RouteIndex {
    @Override
    public Optional<Route> get(ResourceName resource) {
      throw new IllegalStateException("broken, as planned");
    }

    @Override
    public boolean offer(Route route) {
      throw new IllegalStateException("broken, as planned");
    }

    @Override
    public void discard(Route route) {
      throw new IllegalStateException("broken, as planned");
    }
  }
}
