package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.CollectGarbage;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.retention.Verdict;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryTest {
  private static final ResourceName SITE = new ResourceName("site");

  @Nested
  class Pins {
    @TempDir Path root;
    private final SettableClock clock = new SettableClock();
    private World world;

    @BeforeEach
    void install() {
      world = new World(root, Worlds.cells(clock));
      world.grace = Duration.ofMinutes(1);
      world.resource("site", RollbackMode.RESTORE);
      world.change("site", "keep", new Keep(1, Optional.empty()));
      Worlds.fill(world, "site", "good");
      world.restart();
    }

    @AfterEach
    void remove() throws Exception {
      world.release();
    }

    private List<PointRef> points(int count) {
      List<PointRef> points = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        world.write(world.location("site").resolve("generation"), "generation " + i);
        points.add(world.shadow("site"));
      }
      return points;
    }

    /// What the sweep does.
    private void expireDue() {
      List<Fact> due = world.expirePoints.due();
      due.forEach(world::deliver);
    }

    private List<PointId> left() {
      return world.points("site").stream().map(Point::id).toList();
    }

    @Test
    void whatNoRuleKeepsGoesAndItsGarbageAfterIt() {
      List<PointRef> points = points(4);
      expireDue();
      CollectGarbage garbage =
          new CollectGarbage(world.catalogue, world.records, world.stores, Duration.ofMinutes(1));
      int packs = Worlds.packs(world, World.WEST).size();

      for (int i = 0; i < 4; i++) {
        clock.forward(Duration.ofMinutes(2));
        garbage.collect(World.WEST);
      }

      assertThat(left()).containsExactly(points.getLast().point());
      assertThat(Worlds.packs(world, World.WEST).size()).isLessThan(packs);
      world.stores.restorer(World.WEST).verify(points.getLast().point(), Progress.NONE);
      assertThat(marks()).isEmpty();
      assertThat(world.expirePoints.due()).isEmpty();
    }

    private List<ObjectName> marks() {
      return world.records.names("expiring/");
    }

    @Test
    void thePointOfAnOpenUpdateStaysAndThenAsLongAsTheReplicaHoldsIt() {
      world.update("u1", "site");
      PointRef pinned = world.newest("site");
      points(2);
      expireDue();
      List<PointId> whileOpen = left();
      world.updates.end(
          new dev.gnomon.core.ids.UpdateId("u1"), End.COMPLETED, By.PERSON, Optional.empty());
      expireDue();
      List<PointId> inTheReplica = left();

      points(1);
      expireDue();

      assertThat(whileOpen).contains(pinned.point());
      assertThat(inTheReplica).contains(pinned.point());
      assertThat(left()).doesNotContain(pinned.point());
    }

    @Test
    void aPointOfAGroupThatWasOnlyAnnouncedStays() {
      world.update("u1", "site");
      PointRef pinned = world.newest("site");
      points(2);
      world.onStep =
          step -> {
            if (step.equals("group")) {
              throw new Killed(step);
            }
          };
      org.assertj.core.api.Assertions.catchThrowable(() -> world.rollback(World.ofUpdate("u1")));
      world.updates.end(
          new dev.gnomon.core.ids.UpdateId("u1"), End.FAILED, By.PERSON, Optional.empty());
      world.onStep = step -> {};
      world.restart();

      expireDue();
      world.sweep();

      assertThat(left()).contains(pinned.point());
      assertThat(world.views.of("u1-r1").orElseThrow().resources().getFirst().point())
          .isEqualTo(pinned);
    }

    @Test
    void anUndoPointStaysForAWeekAndThenItsRollbackCantBeUndone() {
      PointRef point = points(1).getFirst();
      Worlds.damage(world, "site");
      world.rolledBack(World.to("site", Optional.of(Worlds.point(point)), Optional.empty()));
      PointRef undo =
          world.views.of("site-e1").orElseThrow().resources().getFirst().undo().orElseThrow();
      points(2);
      clock.forward(Duration.ofDays(6));
      expireDue();
      List<PointId> after6Days = left();
      clock.forward(Duration.ofDays(2));

      expireDue();

      assertThat(after6Days).contains(undo.point());
      assertThat(left()).doesNotContain(undo.point());
      assertThat(world.rollback(World.undo("site-e1")))
          .isInstanceOfSatisfying(
              dev.gnomon.core.rollback.Begun.Refused.class,
              refused -> assertThat(refused.reason()).contains("has expired"));
    }

    @Test
    void aPointThatIsMarkedAsUnusableIsNotTheLastGoodOne() {
      PointRef good = points(1).getFirst();
      PointRef unusable = points(1).getFirst();
      world.records.create(ChoosePoint.tombstone(unusable), new Mark("its source moved"));

      expireDue();

      assertThat(left()).containsExactly(unusable.point(), good.point());
    }

    record Mark(String reason) {}

    @Test
    void aHeldPointKeepsOlderOnesUntilItIsAccepted() throws Exception {
      PointRef old = points(1).getFirst();
      points(1);
      Trees.delete(world.location("site").resolve("dir0"));
      Trees.delete(world.location("site").resolve("dir1"));
      PointRef held = world.shadow("site");
      expireDue();
      List<PointId> whileHeld = left();

      world.stores.expiry(World.WEST).accept(held.point());
      world.shadow("site");
      expireDue();

      assertThat(whileHeld).contains(old.point());
      assertThat(left()).doesNotContain(old.point());
    }

    @Test
    void aPointUnderAHoldStaysUntilItIsReleased() {
      PointRef held = points(3).getFirst();
      world.stores.marks(World.WEST).hold(held.point(), "the audit");
      expireDue();
      List<PointId> whileHeld = left();
      world.stores.marks(World.WEST).release(held.point(), Optional.empty());

      expireDue();

      assertThat(whileHeld).hasSize(2).contains(held.point());
      assertThat(left()).doesNotContain(held.point());
      assertThat(marks()).isEmpty();
    }

    @Test
    void aTagKeepsWhereTheResourceSaysSo() {
      world.change(
          "site", "keep", new Keep(1, 0, 0, Optional.empty(), java.util.Set.of("release")));
      world.restart();
      List<PointRef> points = points(3);
      world.stores.marks(World.WEST).tag(points.get(0).point(), "release");
      world.stores.marks(World.WEST).tag(points.get(1).point(), "other");

      expireDue();

      assertThat(left()).containsExactly(points.getLast().point(), points.getFirst().point());
    }

    @Test
    void aHoldPlacedRightAfterTheAnnouncementIsHonoured() {
      PointRef held = points(3).getFirst();
      meanwhile(
          name -> name.equals("expiring/west/" + held.point()),
          () -> world.stores.marks(World.WEST).hold(held.point(), "the audit"));

      expireDue();

      assertThat(left()).contains(held.point());
      assertThat(marks()).isEmpty(); // a rollback may use it
    }

    @Test
    void aHoldPlacedAndReleasedMeanwhileLeavesThePointToTheNextDecision() {
      PointRef held = points(3).getFirst();
      meanwhile(
          name -> name.equals("expiring/west/" + held.point()),
          () -> {
            world.stores.marks(World.WEST).hold(held.point(), "the audit");
            world.stores.marks(World.WEST).release(held.point(), Optional.empty());
          });
      expireDue();
      List<PointId> first = left();

      expireDue();

      assertThat(first).contains(held.point());
      assertThat(left()).doesNotContain(held.point());
    }

    @Test
    void aHoldTakesAwayTheAnnouncementOfAKilledExpiry() {
      PointRef held = points(3).getFirst();
      meanwhile(
          name -> name.equals("expiring/west/" + held.point()),
          () -> {
            throw new Killed("announced");
          });
      org.assertj.core.api.Assertions.catchThrowable(this::expireDue);
      world.restart();
      world.stores.marks(World.WEST).hold(held.point(), "the audit");

      expireDue();

      assertThat(marks()).isEmpty();
      world.rolledBack(World.to("site", Optional.of(Worlds.point(held)), Optional.empty()));
      assertThat(left()).contains(held.point());
    }

    @Test
    void thePlanSaysWhyEachPointStays() {
      List<PointRef> points = points(3);
      world.update("u1", "site");
      world.stores.marks(World.WEST).hold(points.get(1).point(), "the audit");

      List<Verdict> plan =
          world.expirePoints.plan(world.catalogue.resource(SITE).orElseThrow(), World.WEST);

      assertThat(plan)
          .extracting(verdict -> verdict.point().sequence() + ": " + verdict.why())
          .containsExactly(
              "4: newest, last 1 of 1, last good, pinned by update u1",
              "3: pinned by the replica",
              "2: hold the audit",
              "1: ");
      assertThat(left()).hasSize(4);
    }

    /// Does something at the moment when an object was created.
    private void meanwhile(java.util.function.Predicate<String> names, Runnable once) {
      HookedObjectStore hooked = new HookedObjectStore(world.objects.get(World.WEST));
      world.objects.put(World.WEST, hooked);
      world.restart();
      hooked.afterCreating(names, once);
    }

    @Test
    void killedAfterTheAnnouncementTheNextOneFinishes() {
      List<PointRef> points = points(3);
      InMemoryObjectStore memory = (InMemoryObjectStore) world.objects.get(World.WEST);
      HookedObjectStore hooked = new HookedObjectStore(memory);
      world.objects.put(World.WEST, hooked);
      world.restart();
      hooked.afterCreating(
          name -> name.startsWith("expiring/"),
          () -> {
            throw new Killed("announced");
          });
      org.assertj.core.api.Assertions.catchThrowable(this::expireDue);
      List<PointId> afterTheKill = left();
      world.restart();

      expireDue();

      assertThat(afterTheKill).hasSize(3);
      assertThat(left()).containsExactly(points.getLast().point());
      assertThat(marks()).isEmpty();
    }
  }
}
