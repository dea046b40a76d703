package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.core.update.Updates.Announced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateProtocolTest {
  private static final UpdateId U1 = new UpdateId("u1");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  @BeforeEach
  void install() {
    Map<dev.gnomon.core.ids.CellName, ObjectStore> objects = Worlds.cells(clock);
    world = Worlds.shop(root, objects, RollbackMode.RESTORE);
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private String blockedBecause() {
    List<Fact.UpdateBlocked> blocked = world.told(Fact.UpdateBlocked.class);
    assertThat(blocked).hasSize(1);
    assertThat(world.updateRecords.blocked(U1)).isPresent();
    assertThat(world.open()).isEmpty();
    return blocked.getFirst().reason() + ": " + blocked.getFirst().failures();
  }

  @Test
  void theWholeClosureIsShadowedDependenciesFirst() {
    world.update("u1", "shop");

    assertThat(world.told(Fact.ShadowWanted.class))
        .extracting(wanted -> wanted.resource().value())
        .containsExactly("base", "stock", "shop");
    assertThat(world.told(Fact.UpdateReady.class))
        .singleElement()
        .satisfies(ready ->
            assertThat(ready.points())
                .extracting(point -> point.point().resource().value())
                .containsExactly("base", "stock", "shop"));
    assertThat(world.points("shop").getFirst().updateId()).contains(U1);
  }

  @Test
  void readyOnlyWhenEveryShadowIsThere() {
    Announced announced =
        world.updates.announce(
            U1, List.of(new ResourceName("shop")), Optional.empty(), Optional.empty(), "e1");
    List<Fact> wanted = ((Announced.Accepted) announced).facts();
    wanted.subList(0, 2).forEach(world::deliver);
    world.deliver();
    boolean early = world.updateRecords.ready(U1).isPresent();

    world.deliver(wanted.getLast());
    world.deliver();

    assertThat(early).isFalse();
    assertThat(world.updateRecords.ready(U1)).isPresent();
    assertThat(world.told(Fact.UpdateReady.class)).hasSize(1);
  }

  @Test
  void aMissingSourceBlocks() throws IOException {
    Files.move(world.location("stock"), world.root.resolve("elsewhere"));

    world.update("u1", "shop");

    assertThat(blockedBecause()).contains("no shadow of stock").contains("is not there");
  }

  @Test
  void anEmptiedSourceBlocks() throws IOException {
    world.shadow("stock");
    Trees.delete(world.location("stock"));
    Files.createDirectory(world.location("stock"));

    world.update("u1", "shop");

    assertThat(blockedBecause()).contains("stock").contains("is it not mounted?");
  }

  @Test
  void aSourceThatShrankByMoreThanHalfBlocks() throws IOException {
    world.shadow("stock");
    Trees.delete(world.location("stock").resolve("dir0"));
    Trees.delete(world.location("stock").resolve("dir1"));

    world.update("u1", "shop");

    assertThat(blockedBecause()).contains("shrank by more than half").contains("accept");
  }

  @Test
  void aRunningRollbackBlocks() {
    PointRef point = world.shadow("stock");
    world.rollbacks.begin(World.to("stock", Optional.of(Worlds.point(point)), Optional.empty()));

    world.update("u1", "shop");

    assertThat(world.told(Fact.UpdateBlocked.class).getFirst().failures())
        .anySatisfy(failure ->
            assertThat(failure.reason()).contains("rollback stock-e1 of stock is running"));
  }

  @Test
  void aFailingHookBlocksAndThePostHookRunsAllTheSame() {
    world.change(
        "stock",
        "hooks",
        new Hooks(
            List.of("/bin/sh", "-c", "echo flush is broken; exit 3"),
            List.of("/bin/sh", "-c", "touch " + world.root.resolve("post-ran")),
            Duration.ofSeconds(10)));
    world.restart();

    world.update("u1", "shop");

    assertThat(blockedBecause()).contains("hook pre failed").contains("flush is broken");
    assertThat(world.root.resolve("post-ran")).exists();
  }

  @Test
  void hooksRunAroundTheCapture() {
    Path seen = world.root.resolve("seen");
    world.change(
        "base",
        "hooks",
        new Hooks(
            List.of("/bin/sh", "-c", "echo flushed > " + world.location("base") + "/flushed"),
            List.of("/bin/sh", "-c", "ls " + world.location("base") + " > " + seen),
            Duration.ofSeconds(10)));
    world.restart();

    world.update("u1", "base");

    assertThat(world.updateRecords.ready(U1)).isPresent();
    assertThat(world.points("base").getFirst().files()).isEqualTo(21);
    assertThat(seen).content().contains("flushed");
  }

  @Test
  void aReplicaThatCantBeWrittenBlocks() throws IOException {
    world.write(world.root.resolve("west-replica/stock"), "a file where the replica should be");

    world.update("u1", "shop");

    assertThat(blockedBecause()).contains("stock").contains("west-replica/stock");
  }

  @Test
  void theSameIdWithOtherResourcesIsRefused() {
    world.update("u1", "stock");

    Announced again = world.update("u1", "shop");

    assertThat(again)
        .isInstanceOfSatisfying(
            Announced.Refused.class,
            refused ->
                assertThat(refused.reason()).contains("u1").contains("[stock]").contains("[shop]"));
    assertThat(world.points("shop")).isEmpty();
  }

  @Test
  void anUnknownResourceIsRefusedAndNothingIsWritten() {
    Announced announced = world.update("u1", "shop", "nothing");

    assertThat(announced).isInstanceOf(Announced.Refused.class);
    assertThat(world.updateRecords.request(U1)).isEmpty();
    assertThat(world.open()).isEmpty();
  }

  @Test
  void theSameAnnouncementAgainFindsWhatIsThere() {
    world.update("u1", "shop");

    world.update("u1", "shop");

    assertThat(world.points("shop")).hasSize(1);
    assertThat(world.told(Fact.UpdateReady.class)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"requested", "planned", "captured", "committed", "shadowed", "ready"})
  void killedAfterAStepItEndsComplete(String step) {
    world.haltAfter = step;

    Throwable killed = catchThrowable(() -> world.update("u1", "shop"));
    world.restart();
    world.sweep();
    world.update("u1", "shop"); // the event, delivered again

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(world.updateRecords.ready(U1)).isPresent();
    for (String name : List.of("base", "stock", "shop")) {
      assertThat(world.points(name)).hasSize(1);
    }
    assertThat(world.updateRecords.ready(U1).orElseThrow().points())
        .extracting(PointRef::point)
        .containsExactly(
            world.points("base").getFirst().id(),
            world.points("stock").getFirst().id(),
            world.points("shop").getFirst().id());
    assertThat(world.open()).containsExactly("UPDATES u1");
  }

  @Test
  void bigResourcesAreCapturedInParts() {
    world.partBytes = 20;
    world.restart();

    world.update("u1", "shop");

    assertThat(world.told(Fact.ShadowPartWanted.class)).hasSizeGreaterThan(10);
    assertThat(world.updateRecords.ready(U1)).isPresent();
    assertThat(world.points("shop")).singleElement().extracting(Point::files).isEqualTo(20L);
    world
        .stores
        .restorer(World.WEST)
        .verify(world.points("shop").getFirst().id(), dev.gnomon.core.shadow.Progress.NONE);
  }

  @Test
  void killedBetweenPartsItEndsWithOnePoint() {
    world.partBytes = 20;
    world.restart();
    world.haltAfter = "captured";
    catchThrowable(() -> world.update("u1", "base"));
    world.restart();

    world.sweep();
    world.sweep();

    assertThat(world.updateRecords.ready(U1)).isPresent();
    assertThat(world.points("base")).hasSize(1);
    assertThat(world.open()).containsExactly("UPDATES u1");
  }

  @Test
  void aHeartbeatThatStaysAwayForThreeIntervalsIsLost() {
    world.change("shop", "onHeartbeatLost", OnFail.ROLLBACK);
    world.restart();
    world.update("u1", Optional.of(Duration.ofSeconds(30)), "shop");
    Map<String, String> good = Trees.of(world.location("shop"));
    Worlds.damage(world, "shop");
    clock.forward(Duration.ofSeconds(60));
    world.updates.heartbeat(U1);
    clock.forward(Duration.ofSeconds(80));
    world.sweep();
    boolean early = world.updateRecords.ended(U1).isPresent();

    clock.forward(Duration.ofSeconds(50));
    world.sweep();
    world.sweep();

    assertThat(early).isFalse();
    assertThat(world.updateRecords.ended(U1).orElseThrow().end()).isEqualTo(End.HEARTBEAT_LOST);
    assertThat(world.views.of("u1-r1").orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(Trees.of(world.location("shop"))).isEqualTo(good);
    assertThat(world.views.of("u1-r2")).isEmpty();
  }

  @Test
  void withoutAskingNobodyWatchesForHeartbeats() {
    world.update("u1", "shop");
    clock.forward(Duration.ofDays(1));

    world.sweep();

    assertThat(world.updateRecords.ended(U1)).isEmpty();
  }

  @Test
  void theFirstEndHolds() {
    world.update("u1", "shop");
    world.updates.end(U1, End.COMPLETED, By.PERSON, Optional.empty());

    var second = world.updates.end(U1, End.FAILED, By.PERSON, Optional.of("too late"));

    assertThat(second.orElseThrow())
        .isInstanceOf(Outcome.Exists.class)
        .satisfies(outcome -> assertThat(outcome.record().end()).isEqualTo(End.COMPLETED));
    assertThat(world.open()).isEmpty();
  }

  @Test
  void anUpdateThatEndedFirstNeverGetsReady() {
    Announced announced =
        world.updates.announce(
            U1, List.of(new ResourceName("shop")), Optional.empty(), Optional.empty(), "e1");
    world.updates.end(U1, End.FAILED, By.PERSON, Optional.of("called off"));

    ((Announced.Accepted) announced).facts().forEach(world::deliver);
    world.deliver();

    assertThat(world.told(Fact.UpdateReady.class)).isEmpty();
    assertThat(world.updateRecords.ready(U1)).isEmpty();
  }

  @Test
  void anUnknownUpdateCantEnd() {
    assertThat(world.updates.end(U1, End.COMPLETED, By.PERSON, Optional.empty())).isEmpty();
    assertThat(world.updates.heartbeat(U1)).isFalse();
  }

  @Test
  void aBlockedUpdateIsToldOnceAndNotAtEverySweep() throws IOException {
    Files.move(world.location("stock"), world.root.resolve("elsewhere"));
    world.update("u1", "shop");
    world.told.clear();

    world.sweep();
    world.update("u1", "shop"); // opens its marker again
    world.told.clear();
    world.sweep();
    world.sweep();

    assertThat(world.told(Fact.UpdateBlocked.class)).hasSizeLessThanOrEqualTo(1);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void whileAnUpdateIsOpenTheReplicaStaysAtItsPoint() {
    world.update("u1", "base");
    PointRef taken = world.newest("base");
    Worlds.damage(world, "base");
    world.shadow("base");
    ReplicaEntry during = replica("base");

    world.updates.end(U1, End.COMPLETED, By.PERSON, Optional.empty());
    PointRef later = world.shadow("base");

    assertThat(during.point()).contains(taken);
    assertThat(later).isNotEqualTo(taken);
    assertThat(replica("base").point()).contains(later);
  }

  private ReplicaEntry replica(String name) {
    return world
        .surroundings
        .replicas()
        .of(world.catalogue.resource(new ResourceName(name)).orElseThrow())
        .orElseThrow()
        .newest()
        .orElseThrow();
  }
}
