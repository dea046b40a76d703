package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RollbackProtocolTest {
  @TempDir Path root;
  private World world;

  @BeforeEach
  void install() {
    Map<dev.gnomon.core.ids.CellName, dev.gnomon.core.objects.ObjectStore> objects =
        new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore());
    objects.put(World.WEST, new InMemoryObjectStore());
    world = new World(root, objects);
    world.resource("site", RollbackMode.RESTORE);
    for (int i = 0; i < 20; i++) {
      world.write(world.location("site").resolve("dir" + i % 3 + "/file" + i), "good " + i);
    }
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  /// What a bad deployment does: changes, deletes and adds.
  private void damage() throws IOException {
    Path site = world.served("site");
    world.write(site.resolve("dir0/file0"), "bad");
    Files.delete(site.resolve("dir1/file1"));
    world.write(site.resolve("new/added"), "added");
  }

  private Route route() {
    return world.routes.current(new ResourceName("site")).orElseThrow();
  }

  private RollbackRequest newest(RollbackMode mode) {
    return World.to("site", Optional.empty(), Optional.of(mode));
  }

  @Test
  void aSwitchOfWhatIsServedFromItsShadowGoesHomeWithEverything() throws IOException {
    world.shadow("site");
    damage();
    world.rolledBack(newest(RollbackMode.SWITCH));
    Map<String, String> damaged = Trees.of(contentAtHome());
    world.write(world.served("site").resolve("dir0/file0"), "written on the shadow");
    world.shadow("site");
    Map<String, String> latest = world.tree("site");

    String id = world.rolledBack(newest(RollbackMode.SWITCH));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.served("site")).isEqualTo(world.location("site"));
    assertThat(world.tree("site")).isEqualTo(latest);
    assertThat(world.rolledBack(World.undo("site-e1"))).isNotEmpty();
    assertThat(world.tree("site")).isEqualTo(damaged);
  }

  @Test
  void aSwitchGoesHomeAfterAReturnThatFailed() throws IOException {
    world.shadow("site");
    damage();
    CheckSpec check =
        new CheckSpec(
            "not-at-home",
            List.of("/bin/sh", "-c", "! pwd | grep -q /east/"),
            Duration.ofSeconds(30));
    world.change("site", "checks", List.of(check));
    world.restart();
    world.rolledBack(newest(RollbackMode.SWITCH_AND_RESTORE));
    assertThat(world.views.of("site-e1").orElseThrow().state()).isEqualTo(State.FAILED);
    world.change("site", "checks", List.of());
    world.restart();
    world.write(world.served("site").resolve("dir0/file0"), "written on the shadow");
    world.shadow("site");
    Map<String, String> latest = world.tree("site");

    String id = world.rolledBack(newest(RollbackMode.SWITCH));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.served("site")).isEqualTo(world.location("site"));
    assertThat(world.tree("site")).isEqualTo(latest);
  }

  @Test
  void switchAndRestoreOfWhatIsServedFromItsShadowIsRefusedWithWhatCanBeDone() throws IOException {
    world.shadow("site");
    damage();
    world.rolledBack(newest(RollbackMode.SWITCH));

    assertThat(world.rollback(newest(RollbackMode.SWITCH_AND_RESTORE)))
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("site is served from its shadow", "mode restore", "mode switch"));
  }

  @Test
  void aRollbackOfAResourceThatLeftTheCatalogueWaitsForIt() throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.rollbacks.begin(
        World.to("site", Optional.of(point.point().toString()), Optional.of(RollbackMode.RESTORE)));
    List<Resource> resources = List.copyOf(world.resources);
    world.resources.clear();
    world.restart();

    world.sweep();

    assertThat(world.views.of("site-e1").orElseThrow().state()).isEqualTo(State.RUNNING);
    world.resources.addAll(resources);
    world.restart();
    world.sweep();
    assertThat(world.views.of("site-e1").orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
  }

  private Path contentAtHome() {
    return world
        .surroundings
        .fence()
        .content(world.resources.getFirst(), Location.home(world.resources.getFirst()))
        .orElseThrow()
        .directory();
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void bringsBackTheChosenPointInEveryMode(RollbackMode mode) throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();

    Begun begun =
        world.rollback(World.to("site", Optional.of(point.point().toString()), Optional.of(mode)));

    assertThat(begun).isInstanceOf(Begun.Accepted.class);
    assertThat(world.views.of("site-e1").orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(route().state()).isEqualTo(RouteState.SERVING);
    assertThat(route().primary().path()).isEqualTo(world.served("site").toString());
    assertThat(world.served("site").equals(world.location("site")))
        .isEqualTo(mode != RollbackMode.SWITCH);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void undoBringsBackWhatStoodBefore(RollbackMode mode) throws IOException {
    PointRef point = world.shadow("site");
    damage();
    Map<String, String> damaged = world.tree("site");
    world.rollback(World.to("site", Optional.of(point.point().toString()), Optional.of(mode)));

    Begun undone = world.rollback(World.undo("site-e1"));

    assertThat(undone).isInstanceOf(Begun.Accepted.class);
    assertThat(world.tree("site")).isEqualTo(damaged);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void undoOfAnUndoIsTheRollbackAgain(RollbackMode mode) throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.rollback(World.to("site", Optional.of(point.point().toString()), Optional.of(mode)));
    Begun undo = world.rollback(World.undo("site-e1"));

    world.rollback(World.undo(((Begun.Accepted) undo).rollback()));

    assertThat(world.tree("site")).isEqualTo(good);
  }

  @ParameterizedTest
  @CsvSource({
    "intent, RESTORE",
    "fence, RESTORE",
    "undo, RESTORE",
    "restore, RESTORE",
    "validate, RESTORE",
    "release, RESTORE",
    "done, RESTORE",
    "intent, SWITCH",
    "fence, SWITCH",
    "undo, SWITCH",
    "release, SWITCH",
    "done, SWITCH",
    "intent, SWITCH_AND_RESTORE",
    "fence, SWITCH_AND_RESTORE",
    "undo, SWITCH_AND_RESTORE",
    "release, SWITCH_AND_RESTORE",
    "restore, SWITCH_AND_RESTORE",
    "freeze, SWITCH_AND_RESTORE",
    "return-point, SWITCH_AND_RESTORE",
    "return-validate, SWITCH_AND_RESTORE",
    "return, SWITCH_AND_RESTORE",
    "done, SWITCH_AND_RESTORE"
  })
  void killedAfterAStepItEndsComplete(String step, RollbackMode mode) throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.haltAfter = step;

    Throwable killed =
        catchThrowable(() ->
            world.rollback(
                World.to("site", Optional.of(point.point().toString()), Optional.of(mode))));
    world.restart();
    world.sweep();

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(world.views.of("site-e1").orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.points("site").stream().filter(one -> one.job().startsWith("undo-")))
        .hasSize(1);
    assertThat(world.told.stream().filter(Fact.RollbackCompleted.class::isInstance)).hasSize(1);
    assertThat(world.openWork.open(dev.gnomon.core.control.OpenWork.Kind.ROLLBACKS)).isEmpty();
    for (long epoch = 1; epoch <= route().epoch().value(); epoch++) {
      assertThat(world.routes.at(new ResourceName("site"), new Epoch(epoch))).isPresent();
    }
  }

  @Test
  void sameRequestWhileRunningJoinsAndAnotherIsRefused() throws IOException {
    PointRef point = world.shadow("site");
    damage();
    var request = World.to("site", Optional.of(point.point().toString()), Optional.empty());
    Begun first = world.rollbacks.begin(request);

    Begun same = world.rollbacks.begin(request);
    Begun other =
        world.rollbacks.begin(
            World.to("site", Optional.empty(), Optional.of(RollbackMode.RESTORE)));

    assertThat(first).isEqualTo(new Begun.Accepted("site-e1"));
    assertThat(same).isEqualTo(new Begun.Joined("site-e1", false));
    assertThat(other)
        .isInstanceOfSatisfying(
            Begun.Refused.class, refused -> assertThat(refused.reason()).contains("site-e1"));
  }

  @Test
  void noPointBeforeTheOnsetIsRefused() {
    world.shadow("site");

    Begun begun =
        world.rollbacks.begin(
            World.to("site", Optional.of("2001-01-01T00:00:00Z"), Optional.empty()));

    assertThat(begun)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("no usable rollback point"));
  }

  @Test
  void rollsBackInPartsHandedOutAsEvents() throws IOException {
    world.partBytes = 10;
    world.restart();
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    for (int i = 0; i < 20; i++) {
      world.write(world.location("site").resolve("dir" + i % 3 + "/file" + i), "bad " + i + i);
    }

    world.rollback(World.to("site", Optional.of(point.point().toString()), Optional.empty()));

    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.told)
        .filteredOn(Fact.RollbackGoesOn.class::isInstance)
        .extracting(fact -> ((Fact.RollbackGoesOn) fact).part())
        .contains(Optional.of(1));
  }

  @Test
  void writesOnTheShadowSurviveTheReturn() throws IOException {
    PointRef point = world.shadow("site");
    damage();
    world.haltAfter = "restore";
    catchThrowable(() ->
        world.rollback(
            World.to(
                "site",
                Optional.of(point.point().toString()),
                Optional.of(RollbackMode.SWITCH_AND_RESTORE))));
    Path shadow = world.served("site");
    world.write(shadow.resolve("written-on-the-shadow"), "acknowledged");
    Files.delete(shadow.resolve("dir2/file2"));

    world.restart();
    world.sweep();

    assertThat(shadow).isNotEqualTo(world.location("site"));
    assertThat(world.served("site")).isEqualTo(world.location("site"));
    assertThat(world.location("site").resolve("written-on-the-shadow")).hasContent("acknowledged");
    assertThat(world.location("site").resolve("dir2/file2")).doesNotExist();
  }

  @Test
  void aSecondSwitchServesAtOnceFromTheShadowLeftBehind() throws IOException {
    world.needsEnforcedFences();
    PointRef point = world.shadow("site");
    var request =
        World.to("site", Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH));
    damage();
    world.rollback(request);
    world.rollback(World.undo("site-e1"));
    Epoch before = route().epoch();

    world.rollback(request);

    Route switched = world.routes.at(new ResourceName("site"), before.next()).orElseThrow();
    assertThat(switched.state()).isEqualTo(RouteState.SERVING);
  }

  @Test
  void deletesBeyondTheLimitAreRefusedAndNothingChanges() throws IOException {
    PointRef point = world.shadow("site");
    for (int i = 0; i < 40; i++) {
      world.write(world.location("site").resolve("more/file" + i), "more");
    }
    Map<String, String> before = world.tree("site");
    var careful =
        new dev.gnomon.core.rollback.RollbackRequest(
            new dev.gnomon.core.rollback.RollbackRequest.Target.OfResource(
                new ResourceName("site")),
            Optional.of(point.point().toString()),
            Optional.empty(),
            false,
            dev.gnomon.core.rollback.By.PERSON,
            "a test",
            Optional.empty());

    world.rollback(careful);

    assertThat(world.views.of("site-e1").orElseThrow())
        .satisfies(view -> assertThat(view.state()).isEqualTo(State.FAILED))
        .satisfies(view ->
            assertThat(view.resources().getFirst().reason().orElseThrow())
                .contains("limit is 20 %"));
    assertThat(world.tree("site")).isEqualTo(before);
    assertThat(route().state()).isEqualTo(RouteState.SERVING);
  }

  @Test
  void aDeletedPrimaryComesBack() throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    try (var paths = Files.walk(world.location("site"))) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }

    world.rollback(World.to("site", Optional.of(point.point().toString()), Optional.empty()));

    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void suspectPointsAreNotChosenAutomatically() throws IOException {
    PointRef good = world.shadow("site");
    damage();
    world.shadow("site");
    world.rollback(World.to("site", Optional.of(good.point().toString()), Optional.empty()));
    world.write(world.location("site").resolve("dir0/file0"), "bad again");

    Begun begun = world.rollback(World.to("site", Optional.empty(), Optional.empty()));

    assertThat(world.views.of(((Begun.Accepted) begun).rollback()).orElseThrow().resources())
        .first()
        .satisfies(member -> assertThat(member.point()).isEqualTo(good));
  }

  @Test
  void tellsEachSwitchOnce() throws IOException {
    PointRef point = world.shadow("site");
    damage();

    world.rollback(
        World.to(
            "site",
            Optional.of(point.point().toString()),
            Optional.of(RollbackMode.SWITCH_AND_RESTORE)));

    List<Long> epochs =
        world.told.stream()
            .filter(Fact.RouteSwitched.class::isInstance)
            .map(fact -> ((Fact.RouteSwitched) fact).route().epoch().value())
            .toList();
    assertThat(epochs).doesNotHaveDuplicates().containsExactly(2L, 3L, 4L, 5L);
  }
}
