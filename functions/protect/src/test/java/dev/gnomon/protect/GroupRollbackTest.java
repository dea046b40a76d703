package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.rollback.RollbackViews.View;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GroupRollbackTest {
  private static final List<String> ALL = List.of("base", "stock", "shop");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  @BeforeEach
  void install() {
    world = Worlds.shop(root, Worlds.cells(clock), RollbackMode.RESTORE);
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void mode(RollbackMode mode) {
    ALL.forEach(name -> world.change(name, "rollback", mode));
    world.restart();
  }

  private Map<String, Map<String, String>> trees() {
    Map<String, Map<String, String>> trees = new HashMap<>();
    ALL.forEach(name -> trees.put(name, world.tree(name)));
    return trees;
  }

  /// Announces an update and breaks everything.
  ///
  /// @return what stood there before
  private Map<String, Map<String, String>> brokenUpdate(String id) {
    world.update(id, "shop");
    Map<String, Map<String, String>> good = trees();
    ALL.forEach(name -> Worlds.damage(world, name));
    return good;
  }

  private View view(String id) {
    return world.views.of(id).orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void anUpdateIsRolledBackAsAWhole(RollbackMode mode) {
    mode(mode);
    Map<String, Map<String, String>> good = brokenUpdate("u1");

    String id = world.rolledBack(World.ofUpdate("u1"));

    assertThat(id).isEqualTo("u1-r1");
    assertThat(view(id).state()).isEqualTo(State.SERVING);
    assertThat(view(id).resources())
        .extracting(member -> member.resource().value())
        .containsExactlyElementsOf(ALL);
    assertThat(trees()).isEqualTo(good);
    assertThat(world.told(Fact.RollbackCompleted.class)).hasSize(3);
    assertThat(world.open()).containsExactly("UPDATES u1");
  }

  @Test
  void aMemberWhoseActuatorIsAwayDoesNotKeepTheOthersFromBeingFrozen() throws Exception {
    Path balancer = root.resolve("balancer");
    world.change(
        "base",
        "actuators",
        List.of(
            new ActuatorSpec.Symlink(world.link("base")),
            new ActuatorSpec.Command(
                List.of("/bin/sh", "-c", "test \"$GNOMON_EPOCH\" = 1 || test -e " + balancer),
                Duration.ofSeconds(30))));
    world.restart();
    Map<String, Map<String, String>> good = brokenUpdate("u1");

    Throwable away = catchThrowable(() -> world.rollback(World.ofUpdate("u1")));

    assertThat(away).isInstanceOf(Unavailable.class).hasMessageContaining("base");
    assertThat(ALL)
        .allSatisfy(name -> assertThat(world.route(name).state()).isEqualTo(RouteState.FROZEN))
        .allSatisfy(name -> assertThat(world.location(name)).isEmptyDirectory());
    Files.createFile(balancer);
    world.sweep();
    assertThat(view("u1-r1").state()).isEqualTo(State.SERVING);
    assertThat(trees()).isEqualTo(good);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void allAreFrozenBeforeAnyIsRestoredAndValidBeforeAnyServes(RollbackMode mode) {
    mode(mode);
    brokenUpdate("u1");
    List<String> steps = new ArrayList<>();
    world.onStep =
        step -> {
          if (List.of("fence", "undo", "restore", "validate", "release").contains(step)) {
            steps.add(step);
          }
        };

    world.rolledBack(World.ofUpdate("u1"));

    assertThat(steps.subList(0, 15))
        .containsExactly(
            "fence",
            "fence",
            "fence",
            "undo",
            "undo",
            "undo",
            "restore",
            "restore",
            "restore",
            "validate",
            "validate",
            "validate",
            "release",
            "release",
            "release");
    assertThat(world.told(Fact.RouteSwitched.class).subList(0, 3))
        .extracting(switched -> switched.route().state())
        .containsOnly(RouteState.FROZEN);
  }

  @Test
  void aCellIsLeftAsAWhole() {
    ALL.forEach(world::shadow);
    Map<String, Map<String, String>> good = trees();
    ALL.forEach(name -> Worlds.damage(world, name));
    mode(RollbackMode.SWITCH);

    String id = world.rolledBack(World.ofCell(World.EAST));

    assertThat(id).isEqualTo("east-c1");
    assertThat(view(id).state()).isEqualTo(State.SERVING);
    assertThat(trees()).isEqualTo(good);
    assertThat(ALL)
        .allSatisfy(name -> assertThat(world.route(name).primary().cell()).isEqualTo(World.WEST));
    assertThat(world.rollback(World.ofCell(World.EAST)))
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("no resource is served from"));
  }

  @ParameterizedTest
  @CsvSource({
    "group, RESTORE, 1",
    "intent, RESTORE, 1",
    "intent, RESTORE, 2",
    "fence, RESTORE, 1",
    "fence, RESTORE, 3",
    "undo, RESTORE, 2",
    "restore, RESTORE, 2",
    "validate, RESTORE, 1",
    "validate, RESTORE, 3",
    "release, RESTORE, 2",
    "done, RESTORE, 1",
    "done, RESTORE, 3",
    "group, SWITCH, 1",
    "fence, SWITCH, 2",
    "restore, SWITCH, 2",
    "release, SWITCH, 1",
    "done, SWITCH, 2",
    "fence, SWITCH_AND_RESTORE, 3",
    "release, SWITCH_AND_RESTORE, 2",
    "restore, SWITCH_AND_RESTORE, 5",
    "freeze, SWITCH_AND_RESTORE, 2",
    "return-point, SWITCH_AND_RESTORE, 1",
    "return-validate, SWITCH_AND_RESTORE, 3",
    "return, SWITCH_AND_RESTORE, 2"
  })
  void killedAfterAStepOfAMemberTheWholeGroupEndsComplete(
      String step, RollbackMode mode, int occurrence) {
    mode(mode);
    Map<String, Map<String, String>> good = brokenUpdate("u1");
    int[] seen = {0};
    world.onStep =
        reached -> {
          if (reached.equals(step) && ++seen[0] == occurrence) {
            throw new Killed(step);
          }
        };

    Throwable killed = catchThrowable(() -> world.rolledBack(World.ofUpdate("u1")));
    world.restart();
    world.sweep();
    world.sweep();

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(view("u1-r1").state()).isEqualTo(State.SERVING);
    assertThat(trees()).isEqualTo(good);
    for (String name : ALL) {
      assertThat(world.points(name).stream().filter(one -> one.job().startsWith("undo-")))
          .hasSize(1);
      assertThat(world.route(name).state()).isEqualTo(RouteState.SERVING);
    }
    assertThat(world.told(Fact.RollbackCompleted.class)).hasSize(3);
    assertThat(world.open()).containsExactly("UPDATES u1");
  }

  @Test
  void worksInPartsWithoutAnEventStorm() {
    world.partBytes = 20;
    world.restart();
    Map<String, Map<String, String>> good = brokenUpdate("u1");
    for (String name : ALL) {
      for (int i = 0; i < 20; i++) {
        world.write(world.location(name).resolve("dir" + i % 3 + "/file" + i), "worse " + i);
      }
    }
    world.told.clear();

    world.rolledBack(World.ofUpdate("u1"));

    assertThat(trees()).isEqualTo(good);
    assertThat(
            world.told.stream()
                .filter(Fact.RollbackGoesOn.class::isInstance)
                .map(fact -> ((Fact.RollbackGoesOn) fact).part()))
        .contains(Optional.of(1))
        .hasSizeLessThan(200);
  }

  @Test
  void aDamagedPointOfOneMemberMovesAllToTheOlderCut() {
    ALL.forEach(world::shadow);
    Map<String, Map<String, String>> older = trees();
    Set<String> packs = Worlds.packs(world, World.WEST);
    world.write(world.location("stock").resolve("dir0/file0"), "of the update's point only");
    world.write(world.location("shop").resolve("dir0/file0"), "newer in the shop too");
    world.update("u1", "shop");
    ALL.forEach(name -> Worlds.damage(world, name));
    PointRef damaged = world.updateRecords.ready(id("u1")).orElseThrow().points().get(1);
    Worlds.damagePacks(world, World.WEST, packs);
    world.restart();

    String id = world.rolledBack(World.ofUpdate("u1"));

    assertThat(view(id).state()).isEqualTo(State.SERVING);
    assertThat(trees()).isEqualTo(older);
    Member stock = view(id).resources().get(1);
    assertThat(stock.reason().orElseThrow()).contains(damaged.toString());
    assertThat(view(id).resources())
        .allSatisfy(member -> assertThat(member.reason()).isPresent())
        .extracting(member -> member.point().point().sequence())
        .containsExactly(1L, 1L, 1L);
  }

  @Test
  void withoutAnOlderCutTheGroupStopsAndSaysSo() {
    world.update("u1", "shop");
    ALL.forEach(name -> Worlds.damage(world, name));
    Map<String, Map<String, String>> before = trees();
    Worlds.damagePacks(world, World.WEST, Set.of());
    world.restart();

    String id = world.rolledBack(World.ofUpdate("u1"));

    assertThat(view(id).state()).isEqualTo(State.FAILED);
    assertThat(view(id).resources())
        .allSatisfy(member -> {
          assertThat(member.state()).isEqualTo(State.FAILED);
          assertThat(member.reason().orElseThrow()).contains("no usable point is left");
        });
    assertThat(trees()).isEqualTo(before);
    assertThat(world.told(Fact.RollbackFailed.class))
        .hasSize(3)
        .allSatisfy(failed -> assertThat(failed.state()).contains("serves as before"));
    assertThat(ALL)
        .allSatisfy(name -> assertThat(world.route(name).state()).isEqualTo(RouteState.SERVING));
  }

  @Test
  void aFailingCheckOfOneMemberMovesAllToTheOlderCut() {
    ALL.forEach(world::shadow);
    Map<String, Map<String, String>> older = trees();
    world.write(world.location("stock").resolve("poison"), "in the newer point");
    world.write(world.location("base").resolve("newer"), "in the newer point");
    world.change(
        "stock",
        "checks",
        List.of(
            new CheckSpec(
                "no-poison",
                List.of("/bin/sh", "-c", "! test -e poison"),
                Duration.ofSeconds(10))));
    world.restart();
    world.update("u1", "shop");
    ALL.forEach(name -> Worlds.damage(world, name));

    String id = world.rolledBack(World.ofUpdate("u1"));

    assertThat(view(id).state()).isEqualTo(State.SERVING);
    assertThat(trees()).isEqualTo(older);
  }

  @Test
  void theSameRequestJoinsAndAnotherIsRefused() {
    brokenUpdate("u1");
    Begun first = world.rollbacks.begin(World.ofUpdate("u1"));

    Begun same = world.rollbacks.begin(World.ofUpdate("u1"));
    Begun other =
        world.rollbacks.begin(
            new RollbackRequest(
                new RollbackRequest.Target.OfUpdate(id("u1")),
                Optional.empty(),
                Optional.of(RollbackMode.SWITCH),
                true,
                By.PERSON,
                "with other words",
                Optional.empty()));

    assertThat(first).isEqualTo(new Begun.Accepted("u1-r1"));
    assertThat(same).isEqualTo(new Begun.Joined("u1-r1", false));
    assertThat(other)
        .isInstanceOfSatisfying(
            Begun.Refused.class, refused -> assertThat(refused.reason()).contains("u1-r1"));
  }

  @Test
  void finishedAndUnchangedItIsTheSameGroupDone() {
    brokenUpdate("u1");
    world.rolledBack(World.ofUpdate("u1"));

    Begun again = world.rollback(World.ofUpdate("u1"));

    assertThat(again).isEqualTo(new Begun.Joined("u1-r1", true));
  }

  @Test
  void finishedAndChangedSinceItIsTheNextOne() {
    Map<String, Map<String, String>> good = brokenUpdate("u1");
    world.rolledBack(World.ofUpdate("u1"));
    Worlds.damage(world, "base");

    String again = world.rolledBack(World.ofUpdate("u1"));

    assertThat(again).isEqualTo("u1-r2");
    assertThat(trees()).isEqualTo(good);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void undoBringsEverythingBackAndItsUndoRollsBackAgain(RollbackMode mode) {
    mode(mode);
    Map<String, Map<String, String>> good = brokenUpdate("u1");
    Map<String, Map<String, String>> broken = trees();
    world.rolledBack(World.ofUpdate("u1"));

    String undo = world.rolledBack(World.undo("u1-r1"));
    Map<String, Map<String, String>> undone = trees();
    String redo = world.rolledBack(World.undo(undo));

    assertThat(undo).isEqualTo("u1-r2");
    assertThat(undone).isEqualTo(broken);
    assertThat(redo).isEqualTo("u1-r3");
    assertThat(trees()).isEqualTo(good);
  }

  @Test
  void aMemberOfARunningGroupIsLeftAlone() {
    brokenUpdate("u1");
    world.haltAfter = "group";
    catchThrowable(() -> world.rolledBack(World.ofUpdate("u1")));
    world.restart();

    Begun member = world.rollback(World.to("stock", Optional.empty(), Optional.empty()));
    Begun undoOfMember = world.rollback(World.undo("stock-e1"));
    Begun cell = world.rollback(World.ofCell(World.EAST));

    assertThat(member)
        .isInstanceOfSatisfying(
            Begun.Refused.class, refused -> assertThat(refused.reason()).contains("u1-r1"));
    assertThat(undoOfMember).isInstanceOf(Begun.Refused.class);
    assertThat(cell)
        .isInstanceOfSatisfying(
            Begun.Refused.class, refused -> assertThat(refused.reason()).contains("u1-r1"));
  }

  @Test
  void aMemberThatAnotherRollbackTookFirstStopsTheGroupBeforeAnythingChanged() {
    world.shadow("stock");
    brokenUpdate("u1");
    Map<String, Map<String, String>> broken = trees();
    world.onStep =
        step -> {
          if (step.equals("group")) {
            world.onStep = ignored -> {};
            // The other request was on its way when the group was announced.
            dev.gnomon.core.control.OpenWork markers = world.openWork;
            markers.closed(dev.gnomon.core.control.OpenWork.Kind.GROUPS, "u1-r1");
            world.rollbacks.begin(World.to("stock", Optional.empty(), Optional.empty()));
            markers.opened(dev.gnomon.core.control.OpenWork.Kind.GROUPS, "u1-r1");
          }
        };

    String id = world.rolledBack(World.ofUpdate("u1"));
    Map<String, Map<String, String>> after = trees();
    world.sweep();

    assertThat(view(id).state()).isEqualTo(State.FAILED);
    assertThat(view(id).resources())
        .extracting(member -> member.reason().orElseThrow())
        .containsExactly(
            "the group stopped because another rollback of a member came first",
            "rollback stock-e1 came first",
            "the group stopped because another rollback of a member came first");
    assertThat(after).isEqualTo(broken);
    assertThat(world.route("base").epoch().value()).isEqualTo(1);
    assertThat(view("stock-e1").state()).isEqualTo(State.SERVING);
    assertThat(world.open()).containsExactly("UPDATES u1");
    assertThat(world.rolledBack(World.ofUpdate("u1"))).isEqualTo("u1-r2");
  }

  @Test
  void oneUnreachablePrimaryDoesNotKeepTheOthersFromReturning() throws Exception {
    mode(RollbackMode.SWITCH_AND_RESTORE);
    Map<String, Map<String, String>> good = brokenUpdate("u1");
    Path away = world.root.resolve("away");
    Files.move(world.location("base").getParent(), away);
    Files.createDirectories(world.location("base").getParent());
    for (String name : List.of("stock", "shop")) {
      Files.move(away.resolve(name), world.location(name));
    }
    Files.writeString(world.location("base"), "a file where the directory was");

    world.rolledBack(World.ofUpdate("u1"));
    State whileAway = view("u1-r1").state();
    Map<String, Map<String, String>> servedWhileAway = trees();
    List<Path> primaries = List.of(world.served("stock"), world.served("shop"));
    Files.delete(world.location("base"));
    Files.move(away.resolve("base"), world.location("base"));
    world.sweep();

    assertThat(whileAway).isEqualTo(State.RUNNING);
    assertThat(servedWhileAway).isEqualTo(good);
    assertThat(primaries).containsExactly(world.location("stock"), world.location("shop"));
    assertThat(view("u1-r1").state()).isEqualTo(State.SERVING);
    assertThat(world.served("base")).isEqualTo(world.location("base"));
    assertThat(trees()).isEqualTo(good);
  }

  @Test
  void anUnknownUpdateOrCellIsRefused() {
    assertThat(world.rollback(World.ofUpdate("u9"))).isInstanceOf(Begun.Refused.class);
    assertThat(world.rollback(World.ofCell(new dev.gnomon.core.ids.CellName("north"))))
        .isInstanceOf(Begun.Refused.class);
  }

  @Test
  void anUpdateWithoutAllItsShadowsCantBeRolledBack() {
    world.updates.announce(
        id("u1"), List.of(new ResourceName("shop")), Optional.empty(), Optional.empty(), "e1");

    assertThat(world.rollback(World.ofUpdate("u1")))
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("nothing to go back to"));
  }

  private static dev.gnomon.core.ids.UpdateId id(String text) {
    return new dev.gnomon.core.ids.UpdateId(text);
  }
}
