package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Destinations;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.waits.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Resources with a replica in each of two cells.
class SeveralShadowsTest {
  private static final CellName NORTH = new CellName("north");

  @TempDir Path root;
  private World world;
  private volatile CellName preferred = World.WEST;
  private volatile Optional<String> early = Optional.empty();

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore());
    objects.put(World.WEST, new InMemoryObjectStore());
    objects.put(NORTH, new InMemoryObjectStore());
    world = new World(root, objects);
    world.destinations =
        new Destinations() {
          @Override
          public Preferred prefer(
              Resource resource,
              Route route,
              By by,
              List<CellName> cells,
              Predicate<CellName> servesAtOnce) {
            return cells.contains(preferred)
                ? new Preferred.Cell(preferred, preferred + " is preferred")
                : new Preferred.Cell(cells.getFirst(), "");
          }

          @Override
          public Optional<String> tooEarly(Resource resource, Route route, Location home) {
            return early;
          }
        };
    site(RollbackMode.SWITCH);
    world.write(world.location("site").resolve("dir/file"), "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void site(RollbackMode mode) {
    world.add(
        PlainResource.directory("site", world.location("site"))
            .shadows(replica(World.WEST), replica(NORTH))
            .rollback(mode)
            .allowAdvisoryFence()
            .actuators(new ActuatorSpec.Symlink(world.link("site")))
            .resource());
  }

  private ShadowSpec replica(CellName cell) {
    return new ShadowSpec(
        cell,
        ShadowType.FULL,
        Optional.empty(),
        Optional.of(root.resolve(cell + "-replica").resolve("site")));
  }

  private CellName serving() {
    return world.route("site").primary().cell();
  }

  private static RollbackRequest wanted() {
    return World.to("site", Optional.empty(), Optional.empty());
  }

  private void shadowed() {
    world.shadow("site");
    world.write(world.served("site").resolve("dir/file"), "bad");
  }

  private Intent intent(String rollback) {
    return RollbackRecords.of(world.records, rollback).orElseThrow().intent().orElseThrow();
  }

  @Test
  void thePreferredCopyServesAndTheIntentSaysWhy() {
    shadowed();
    preferred = NORTH;

    String id = world.rolledBack(wanted());

    assertThat(serving()).isEqualTo(NORTH);
    assertThat(world.served("site").resolve("dir/file")).hasContent("good");
    assertThat(intent(id).target()).contains(NORTH);
    assertThat(intent(id).why()).endsWith("; north is preferred");
  }

  @Test
  void aPersonNamesTheCell() {
    shadowed();

    world.rolledBack(wanted().toCell(NORTH));

    assertThat(serving()).isEqualTo(NORTH);
    assertThat(world.served("site").resolve("dir/file")).hasContent("good");
  }

  @Test
  void aRunThatWasKilledGoesOnToTheCellOfItsIntentWhateverIsPreferredNow() {
    shadowed();
    for (String step : List.of("intent", "fence")) {
      world.haltAfter = step;
      preferred = NORTH;
      assertThat(catchThrowable(() -> world.rollback(wanted()))).isInstanceOf(Killed.class);
      preferred = World.WEST;
      world.restart();
      world.sweep();
      assertThat(serving()).as(step).isEqualTo(NORTH);
      world.rolledBack(wanted().toCell(World.EAST));
      assertThat(serving()).isEqualTo(World.EAST);
      shadowed();
    }
  }

  @Test
  void theSameEventAgainFindsWhatItBegan() {
    shadowed();
    preferred = NORTH;
    String id = world.rolledBack(wanted().askedBy("event"));
    preferred = World.WEST;

    assertThat(world.rollback(wanted().askedBy("event"))).isEqualTo(new Begun.Accepted(id));
    assertThat(serving()).isEqualTo(NORTH);
  }

  @Test
  void fromOneShadowToAnotherAndBackAndHome() {
    shadowed();
    world.rolledBack(wanted().toCell(World.WEST));
    world.write(world.served("site").resolve("dir/file"), "written in the west");
    world.shadow("site");

    String second = world.rolledBack(wanted().toCell(NORTH));
    assertThat(serving()).isEqualTo(NORTH);
    assertThat(world.served("site").resolve("dir/file")).hasContent("written in the west");

    world.write(world.served("site").resolve("dir/file"), "written in the north");
    world.rolledBack(World.undo(second));
    assertThat(serving()).isEqualTo(World.WEST);
    assertThat(world.served("site").resolve("dir/file")).hasContent("written in the west");

    world.rolledBack(wanted().toCell(NORTH));
    world.rolledBack(wanted().toCell(World.EAST));
    assertThat(world.served("site")).isEqualTo(world.location("site"));
    assertThat(world.served("site").resolve("dir/file")).hasContent("written in the west");
  }

  @Test
  void cellsThatItCannotBeSwitchedToAreRefused() {
    shadowed();
    assertThat(world.rollback(wanted().toCell(new CellName("south"))))
        .isEqualTo(
            new Begun.Refused(
                "site has no copy in cell south to switch to, expected one of [east, west, north]"));
    assertThat(world.rollback(wanted().toCell(World.EAST)))
        .isEqualTo(new Begun.Refused("site is served from east already"));
    RollbackRequest restore =
        World.to("site", Optional.empty(), Optional.of(RollbackMode.RESTORE)).toCell(NORTH);
    assertThat(world.rollback(restore)).isInstanceOf(Begun.Refused.class);
  }

  @Test
  void everythingOfACellGoesWhereEachIsPreferred() {
    shadowed();
    preferred = NORTH;
    world.rolledBack(World.ofCell(World.EAST));
    assertThat(serving()).isEqualTo(NORTH);
    assertThat(intent("site-e1").target()).contains(NORTH);
  }

  @Test
  void intentsThatWereStoredBeforeThereWereTargetsAreRead() throws Exception {
    shadowed();
    String id = world.rolledBack(wanted());
    ObjectNode old = Json.MAPPER.valueToTree(intent(id));
    old.remove("target");
    assertThat(Json.MAPPER.treeToValue(old, Intent.class).target()).isEmpty();
  }

  @Test
  void aMachinesReturnWaitsUntilTheOldPrimaryIsFitAndSaysSo() {
    world.resources.clear();
    site(RollbackMode.SWITCH_AND_RESTORE);
    world.restart();
    shadowed();
    early = Optional.of("merit of east is 0.2");
    String id = world.rolledBack(automatic());

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.RUNNING);
    assertThat(world.views.of(id).orElseThrow().resources().getFirst().reason())
        .hasValueSatisfying(
            why -> assertThat(why).contains("the return waits since", "merit of east is 0.2"));
    world.sweep();
    assertThat(serving()).isEqualTo(World.WEST);

    early = Optional.empty();
    world.sweep();
    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void aReturnThatWaitsKeepsNobodyFromProtectingOrMovingWhatServes() {
    world.resources.clear();
    site(RollbackMode.SWITCH_AND_RESTORE);
    world.restart();
    shadowed();
    early = Optional.of("merit of east is 0.2");
    String waiting = world.rolledBack(automatic());
    world.write(world.served("site").resolve("dir/file"), "written in the west");

    String point = "west:" + world.shadow("site").point();
    world.rolledBack(
        World.to("site", Optional.of(point), Optional.of(RollbackMode.SWITCH)).toCell(World.EAST));
    assertThat(world.served("site").resolve("dir/file")).hasContent("written in the west");
    assertThat(serving()).isEqualTo(World.EAST);
    early = Optional.empty();
    world.sweep();
    assertThat(world.views.of(waiting).orElseThrow().state()).isEqualTo(State.OVERTAKEN);
    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void aReturnDoesNotWaitForEver() {
    world.resources.clear();
    site(RollbackMode.SWITCH_AND_RESTORE);
    world.policies = shortWait();
    world.restart();
    shadowed();
    early = Optional.of("merit of east is 0.2");
    String id = world.rolledBack(automatic());
    Patience.await()
        .until(() -> {
          world.sweep();
          return world.views.of(id).orElseThrow().state() == State.FAILED;
        });
    assertThat(serving()).isEqualTo(World.WEST);
    assertThat(world.views.of(id).orElseThrow().resources().getFirst().reason())
        .hasValueSatisfying(why -> assertThat(why).contains("is given up: merit of east is 0.2"));
  }

  @Test
  void aPersonsReturnWaitsForNothing() {
    world.resources.clear();
    site(RollbackMode.SWITCH_AND_RESTORE);
    world.restart();
    shadowed();
    early = Optional.of("merit of east is 0.2");

    world.rolledBack(wanted());

    assertThat(serving()).isEqualTo(World.EAST);
  }

  private static Policies shortWait() {
    Policies all = Policies.DEFAULT;
    return World.changed(
        all, "merit", World.changed(all.merit(), "returnWithin", Duration.ofMillis(50)));
  }

  private static RollbackRequest automatic() {
    return new RollbackRequest(
        new Target.OfResource(new ResourceName("site")),
        Optional.empty(),
        Optional.empty(),
        true,
        By.AUTOMATION,
        "a test asked for it",
        Optional.empty());
  }
}
