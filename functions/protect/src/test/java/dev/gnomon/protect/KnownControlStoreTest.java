package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.runtime.health.Dependency;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownControlStoreTest {
  @TempDir Path root;
  private final InMemoryObjectStore first = new InMemoryObjectStore();
  private final InMemoryObjectStore second = new InMemoryObjectStore();

  private static ControlRecords records(ObjectStore store) {
    return new ControlRecords(store, () -> UUID.randomUUID().toString(), pause -> {});
  }

  private KnownControlStore started(String cell, ObjectStore store) {
    CellName control = new CellName(cell);
    Catalogue catalogue =
        new Catalogue(
            List.of(new Cell(control, Optional.empty())),
            control,
            List.of(),
            Catalogue.DEFAULT_CLOCK_TOLERANCE,
            List.of());
    return new KnownControlStore(
        catalogue, records(store), new StateDirectory(root.resolve("state")));
  }

  @Test
  void theSameStoreIsRecognisedAlsoUnderAnotherNameOfItsCell() {
    started("west", first).recognise();

    assertThatCode(() -> started("moved", first).recognise()).doesNotThrowAnyException();
  }

  @Test
  void anotherStoreStopsTheStartAndBothAreNamedWithWhatToDo() {
    started("west", first).recognise();
    String before = StoreIdentity.find(records(first)).orElseThrow().id();
    StoreIdentity.of(records(second), "the-other-one");

    assertThatThrownBy(() -> started("north", second).recognise())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "cell north is the-other-one", before, "cell west", "control.cell", "on purpose");
  }

  @Test
  void anEmptyStoreInItsPlaceStopsTheStartAndStaysEmpty() {
    started("west", first).recognise();

    assertThatThrownBy(() -> started("west", second).recognise())
        .hasMessageContaining("has no identity yet");
    assertThat(second.names()).isEmpty();
  }

  @Test
  void aStoreThatIsAwayIsRecognisedByReadinessLater() {
    started("west", first).recognise();
    FlakyObjectStore flaky = new FlakyObjectStore(second);
    flaky.away = true;
    KnownControlStore known = started("west", flaky);
    known.recognise();
    flaky.away = false;

    assertThatThrownBy(known::require).hasMessageContaining("began with");
  }

  @Test
  void anotherCellWhoseStoreIsAwayStopsTheStart() {
    started("west", first).recognise();
    FlakyObjectStore flaky = new FlakyObjectStore(second);
    flaky.away = true;

    assertThatThrownBy(() -> started("north", flaky).recognise())
        .hasMessageContaining("from cell west to cell north");
  }

  @AfterEach
  void remove() throws Exception {
    new World(root, Map.of()).release();
  }

  @Test
  void aRouteThatActuatorsHoldForOutdatedIsSaidAndShownUntilItMovesOn() {
    World world = new World(root, Worlds.cells(new SettableClock()));
    Resource site = world.resource("site", RollbackMode.RESTORE);
    world.write(world.location("site").resolve("file"), "good");
    world.restart();
    var point = world.shadow("site");
    world.rolledBack(World.to("site", Optional.of(point.point().toString()), Optional.empty()));
    World fresh = new World(root, Worlds.cells(new SettableClock()));
    fresh.add(site);
    fresh.restart();

    Optional<String> wrong = fresh.firstRoutes.apply(site);
    UnappliedRoutes unapplied = new UnappliedRoutes(fresh.routes);
    wrong.ifPresent(reason -> unapplied.add(site.name(), reason));

    assertThat(wrong).get().asString().contains("epoch 3 was applied").contains("none after 1");
    Dependency shown = unapplied.dependencies().getFirst();
    assertThatThrownBy(() -> shown.check().run()).hasMessageContaining("not applied");
    assertThat(Map.of(shown.name(), shown.required())).isEqualTo(Map.of("route of site", false));
  }
}
