package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.CollectGarbage;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.shadow.IntervalSlot;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.core.update.Updates.Announced;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What sweeps ask for, finish and end.
class SweepTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final CellName NORTH = new CellName("north");
  private static final UpdateId U1 = new UpdateId("u1");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final Map<CellName, FlakyObjectStore> cells = new LinkedHashMap<>();
  private World world;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    Worlds.cells(clock).forEach((name, store) -> cells.put(name, new FlakyObjectStore(store)));
    cells.put(
        NORTH,
        new FlakyObjectStore(new dev.gnomon.verification.objects.InMemoryObjectStore(clock)));
    objects.putAll(cells);
    world = new World(root, objects);
    world.grace = Duration.ofMinutes(1);
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private static ShadowSpec shadow(CellName cell, Optional<Duration> every) {
    return new ShadowSpec(cell, ShadowType.DIFFERENTIAL, every, Optional.empty());
  }

  private void shadows(ShadowSpec... shadows) {
    world.change("site", "shadows", List.of(shadows));
    world.restart();
  }

  @Nested
  class IntervalShadows {
    private void everyFor(Duration west, Duration north) {
      shadows(shadow(World.WEST, Optional.of(west)), shadow(NORTH, Optional.of(north)));
    }

    private List<CellName> asked() {
      return world.intervals.due().stream()
          .map(fact -> ((Fact.ShadowWanted) fact).slot().orElseThrow().cell())
          .toList();
    }

    private void sweep() {
      world.events.addAll(world.intervals.due());
      world.deliver();
    }

    private int points(CellName cell) {
      return world.stores.shadows(cell).points(SITE).size();
    }

    @Test
    void aRequestThatGotLostIsMadeAgain() {
      everyFor(Duration.ofHours(1), Duration.ofHours(1));
      List<Fact> lost = world.intervals.due();
      world.restart();

      List<Fact> again = world.intervals.due();

      assertThat(again).isEqualTo(lost).hasSize(2);
    }

    @Test
    void askedTwiceItIsTakenOnce() {
      everyFor(Duration.ofHours(1), Duration.ofHours(1));
      world.events.addAll(world.intervals.due());
      world.events.addAll(world.intervals.due());

      world.deliver();

      assertThat(points(World.WEST)).isEqualTo(1);
      assertThat(points(NORTH)).isEqualTo(1);
      assertThat(asked()).isEmpty();
    }

    @Test
    void eachShadowHasAnIntervalOfItsOwn() {
      everyFor(Duration.ofDays(100_000), Duration.ofHours(1));
      sweep();
      clock.forward(Duration.ofHours(1));

      sweep();

      assertThat(points(World.WEST)).isEqualTo(1);
      assertThat(points(NORTH)).isEqualTo(2);
    }

    @Test
    void oneCellThatIsAwayDoesNotKeepTheOthersWaiting() {
      everyFor(Duration.ofHours(1), Duration.ofHours(1));
      cells.get(NORTH).away = true;
      for (Fact fact : world.intervals.due()) {
        catchThrowable(() -> world.deliver(fact));
      }

      int meanwhile = points(World.WEST);
      cells.get(NORTH).away = false;
      world.sweep();

      assertThat(meanwhile).isEqualTo(1);
      assertThat(points(NORTH)).isEqualTo(1);
      assertThat(asked()).isEmpty();
    }

    @Test
    void aRefusedSlotIsNotAskedForAgainTheNextOneIs() throws Exception {
      everyFor(Duration.ofHours(1), Duration.ofDays(100_000));
      Path away = world.root.resolve("away");
      java.nio.file.Files.move(world.location("site"), away);
      sweep();
      java.nio.file.Files.move(away, world.location("site"));

      List<CellName> inThisSlot = asked();
      clock.forward(Duration.ofHours(1));
      sweep();

      assertThat(inThisSlot).isEmpty();
      assertThat(points(World.WEST)).isEqualTo(1);
    }

    @Test
    void afterADowntimeOnePointCatchesUpHoweverManyWereMissed() {
      everyFor(Duration.ofMinutes(15), Duration.ofMinutes(15));
      sweep();
      clock.forward(Duration.ofDays(3));
      world.restart();

      sweep();
      sweep();
      int caughtUp = points(World.WEST);
      clock.forward(Duration.ofMinutes(15));
      sweep();

      assertThat(caughtUp).isEqualTo(2);
      assertThat(points(World.WEST)).isEqualTo(3);
      assertThat(points(NORTH)).isEqualTo(3);
    }

    @Test
    void aJobOfAResourceWithALongerNameIsNotTakenForOneOfThis() {
      everyFor(Duration.ofHours(1), Duration.ofHours(1));
      world.resource("big-site", RollbackMode.RESTORE);
      Worlds.fill(world, "big-site", "good");
      world.restart();
      world.haltAfter = "planned";
      catchThrowable(() -> world.shadow("big-site"));

      assertThat(asked()).containsExactly(World.WEST, NORTH);
    }

    @Test
    void aSlotThatHasNotBegunIsRefused() {
      everyFor(Duration.ofHours(1), Duration.ofHours(1));
      IntervalSlot current = IntervalSlot.at(NORTH, Duration.ofHours(1), clock.instant());
      IntervalSlot next = new IntervalSlot(NORTH, current.every(), current.number() + 1);

      assertThatThrownBy(() ->
              world.takeShadow.take(
                  new TakeShadow.Wanted(
                      SITE, PointKind.INTERVAL, Optional.empty(), "e1", Optional.of(next))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("has not begun");
    }
  }

  @Nested
  class WhatTheCatalogueLost {
    private String openJob() {
      world.haltAfter = "planned";
      catchThrowable(() -> world.shadow("site"));
      return world.openWork.open(dev.gnomon.core.control.OpenWork.Kind.JOBS).getFirst();
    }

    private void withoutSite() {
      world.resources.clear();
      world.restart();
    }

    @Test
    void aJobOfARemovedResourceEndsAndSaysWhy() {
      String job = openJob();
      withoutSite();

      world.sweep();

      assertThat(world.takeShadow.result(job).orElseThrow().refused())
          .contains("the resource site is not in the catalogue any more");
      assertThat(world.open()).isEmpty();
    }

    @Test
    void aPartOfARemovedResourceEndsItsJob() {
      String job = openJob();
      withoutSite();

      List<Fact> facts = world.takeShadow.part(job, 0);

      assertThat(facts).singleElement().isInstanceOf(Fact.ShadowFailed.class);
      assertThat(world.open()).isEmpty();
    }

    @Test
    void aJobOfARemovedShadowEndsAndSaysWhy() {
      String job = openJob();
      shadows(shadow(NORTH, Optional.empty()));

      world.sweep();

      assertThat(world.takeShadow.result(job).orElseThrow().refused())
          .contains("site has no shadow in west any more");
      assertThat(world.open()).isEmpty();
    }

    @Test
    void anUpdateThatWaitsForARemovedResourceIsBlocked() {
      world.haltAfter = "planned";
      catchThrowable(() -> world.update("u1", "site"));
      withoutSite();

      world.sweep();

      assertThat(world.updateRecords.blocked(U1).orElseThrow().failures())
          .singleElement()
          .satisfies(failure -> assertThat(failure.reason()).contains("catalogue"));
      assertThat(world.open()).isEmpty();
    }

    @Test
    void anUpdateWhoseResourcesAreAllGoneEndsAndSaysWhy() {
      world.update("u1", Optional.of(Duration.ofSeconds(30)), "site");
      withoutSite();
      clock.forward(Duration.ofDays(1));

      world.sweep();

      assertThat(world.updateRecords.ended(U1).orElseThrow())
          .satisfies(ended -> {
            assertThat(ended.end()).isEqualTo(End.FAILED);
            assertThat(ended.reason().orElseThrow()).contains("in the catalogue any more");
          });
      assertThat(world.open()).isEmpty();
    }

    @Test
    void anUpdateThatCantBeLookedAfterDoesNotKeepTheOthersWaiting() {
      world.haltAfter = "requested";
      catchThrowable(() -> world.update("u2", "site"));
      world.records.create(
          ObjectName.of("updates", "u1", "request"), new Damaged("not a request at all"));
      world.openWork.opened(dev.gnomon.core.control.OpenWork.Kind.UPDATES, "u1");

      var swept = world.updates.sweep();

      assertThat(swept.waiting()).containsOnlyKeys("u1");
      assertThat(swept.facts()).singleElement().isInstanceOf(Fact.ShadowWanted.class);
    }

    record Damaged(String text) {}
  }

  @Nested
  class Garbage {
    private CollectGarbage garbage;

    @BeforeEach
    void expire() {
      world.change("site", "keep", new Keep(1, Optional.empty()));
      shadows(shadow(World.WEST, Optional.empty()));
      garbage = garbage();
      for (int i = 0; i < 3; i++) {
        world.write(world.location("site").resolve("generation"), "generation " + i);
        world.shadow("site");
      }
      world.expirePoints.due().forEach(world::deliver);
      clock.forward(Duration.ofMinutes(2));
    }

    private CollectGarbage garbage() {
      return new CollectGarbage(
          world.catalogue, world.records, world.stores, Duration.ofMinutes(1));
    }

    private long packs() {
      return cells.get(World.WEST).list("store/packs/", Optional.empty(), 1000).objects().size();
    }

    @Test
    void aSweepDeletesWhatWasCondemnedAGraceTimeAgo() {
      long before = packs();
      garbage.collect(World.WEST);
      boolean early = garbage.collectIfDue(World.WEST);
      clock.forward(Duration.ofMinutes(2));

      boolean due = garbage().collectIfDue(World.WEST); // of another process

      assertThat(early).isFalse();
      assertThat(due).isTrue();
      assertThat(packs()).isLessThan(before);
      assertThat(garbage.collectIfDue(World.WEST)).isFalse();
    }

    @Test
    void twoSweepsAtOnceEndAsOne() {
      garbage.collect(World.WEST);
      clock.forward(Duration.ofMinutes(2));
      CollectGarbage other = garbage();

      CompletableFuture.allOf(
              CompletableFuture.runAsync(() -> garbage.collectIfDue(World.WEST)),
              CompletableFuture.runAsync(() -> garbage.collectIfDue(World.WEST)),
              CompletableFuture.runAsync(() -> other.collectIfDue(World.WEST)))
          .join();

      Point left = world.points("site").getFirst();
      world.stores.restorer(World.WEST).verify(left.id(), dev.gnomon.core.shadow.Progress.NONE);
      assertThat(garbage.collectIfDue(World.WEST)).isFalse();
    }

    @Test
    void aCollectionThatFailsIsNotBegunAtEachSweep() {
      garbage.collect(World.WEST);
      clock.forward(Duration.ofMinutes(2));
      Worlds.damagePacks(
          new World(root, Map.of(World.WEST, cells.get(World.WEST).inner())),
          World.WEST,
          java.util.Set.of());
      Throwable first = catchThrowable(() -> garbage.collectIfDue(World.WEST));

      boolean again = garbage.collectIfDue(World.WEST);

      assertThat(first).isNotNull();
      assertThat(again).isFalse();
    }
  }

  @Nested
  class Names {
    @Test
    void twoUpdatesNeverShareAJob() {
      world.resource("b", RollbackMode.RESTORE);
      world.resource("a-b", RollbackMode.RESTORE);
      Worlds.fill(world, "b", "good");
      Worlds.fill(world, "a-b", "good");
      world.restart();
      world.update("u", "a-b");

      world.update("u-a", "b");

      assertThat(world.updateRecords.ready(new UpdateId("u-a")).orElseThrow().points())
          .singleElement()
          .satisfies(point -> assertThat(point.point().resource().value()).isEqualTo("b"));
    }

    @Test
    void theLongestIdsHaveAJobToo() {
      String resource = "r".repeat(63);
      String id = "u".repeat(128);
      world.resource(resource, RollbackMode.RESTORE);
      Worlds.fill(world, resource, "good");
      world.restart();

      world.update(id, resource);

      assertThat(world.updateRecords.ready(new UpdateId(id))).isPresent();
    }
  }

  @Nested
  class Reasons {
    private Announced announce(Optional<String> reason) {
      return world.updates.announce(U1, List.of(SITE), Optional.empty(), reason, "an event");
    }

    @Test
    void theSameIdWithAnotherReasonIsRefused() {
      announce(Optional.of("release 7"));

      Announced other = announce(Optional.of("release 8"));

      assertThat(other)
          .isInstanceOfSatisfying(
              Announced.Refused.class,
              refused ->
                  assertThat(refused.reason())
                      .contains("update u1")
                      .contains("release 7")
                      .contains("release 8"));
      assertThat(announce(Optional.empty())).isInstanceOf(Announced.Refused.class);
    }

    @Test
    void theSameReasonJoins() {
      announce(Optional.of("release 7"));

      assertThat(announce(Optional.of("release 7"))).isInstanceOf(Announced.Accepted.class);
    }
  }

  @Test
  void acrossCellsTheOneThatIsThereGetsItsPointAtOnce() {
    shadows(shadow(NORTH, Optional.empty()), shadow(World.WEST, Optional.empty()));
    cells.get(NORTH).away = true;

    Throwable fault = catchThrowable(() -> world.update("u1", "site"));
    List<Point> meanwhile = new ArrayList<>(world.points("site"));
    cells.get(NORTH).away = false;
    world.sweep();

    assertThat(fault).isInstanceOf(ObjectStoreException.class);
    assertThat(meanwhile).hasSize(1);
    assertThat(world.updateRecords.ready(U1)).isPresent();
  }

  @Test
  void whoAskedIsToldThatTheResourceWasRemoved() {
    world.haltAfter = "planned";
    catchThrowable(() ->
        world.takeShadow.take(
            new TakeShadow.Wanted(SITE, PointKind.COMMAND, Optional.empty(), "an event")));
    world.resources.clear();
    world.restart();

    world.sweep();

    assertThat(new Answers(world.records).of("an event").orElseThrow().outcome())
        .isEqualTo(Answers.Outcome.REFUSED);
  }

  @Test
  void anUpdateThatIsCompletedInTimeIsNotRolledBackAsLost() {
    world.update("u1", Optional.of(Duration.ofSeconds(30)), "site");
    clock.forward(Duration.ofDays(1));

    List<UpdateId> lost = world.updates.sweep().lost();
    var late = world.updates.end(U1, End.COMPLETED, By.PERSON, Optional.empty());

    assertThat(lost).containsExactly(U1);
    assertThat(late.orElseThrow().record().end()).isEqualTo(End.HEARTBEAT_LOST);
  }

  @Test
  void aLostHeartbeatIsActedOnAlsoIfTheProcessWasKilledFirst() {
    world.change("site", "onHeartbeatLost", OnFail.ROLLBACK);
    world.restart();
    world.update("u1", Optional.of(Duration.ofSeconds(30)), "site");
    Worlds.damage(world, "site");
    clock.forward(Duration.ofDays(1));
    world.updates.sweep(); // and killed
    world.restart();

    world.sweep();

    assertThat(world.views.of("u1-r1")).isPresent();
    assertThat(world.open()).isEmpty();
  }

  /// The process dies when the point is there and before it looked whether its source moved.
  @Test
  void aPointOfAKilledRunIsNotChosenIfItsSourceMovedMeanwhile() {
    PointRef good = world.shadow("site");
    HookedObjectStore hooked = new HookedObjectStore(world.objects.get(World.WEST));
    world.objects.put(World.WEST, hooked);
    world.restart();
    Worlds.damage(world, "site");
    hooked.afterCreating(
        name -> name.startsWith("store/points/"),
        () -> {
          throw new Killed("placed");
        });
    Throwable killed = catchThrowable(() -> world.shadow("site"));
    PointRef unsure = world.newest("site");
    world.restart();
    world.rolledBack(World.to("site", Optional.of(Worlds.point(good)), Optional.empty()));

    world.sweep();

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(unsure).isNotEqualTo(good);
    assertThat(world.records.exists(ChoosePoint.tombstone(unsure))).isTrue();
  }

  @Test
  void theMarkOfADeletedPointGoesThoughItsProcessWasKilled() {
    world.change("site", "keep", new Keep(1, Optional.empty()));
    world.restart();
    PointRef old = world.shadow("site");
    world.write(world.location("site").resolve("generation"), "next");
    world.shadow("site");
    world.records.create(
        ChoosePoint.tombstone(old),
        new ChoosePoint.Tombstone(Optional.empty(), world.records.time()));
    world.stores.expiry(World.WEST).expire(List.of(old.point())); // and killed

    List<Fact> due = world.expirePoints.due();

    assertThat(due).isEmpty();
    assertThat(world.records.names("expiring/")).isEmpty();
  }
}
