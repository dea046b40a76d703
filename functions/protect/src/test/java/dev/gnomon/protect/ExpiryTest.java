package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.CollectGarbage;
import dev.gnomon.core.automation.ExpirePoints;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
  class Rules {
    private final Instant now = Instant.parse("2030-01-10T00:00:00Z");

    private List<Long> gone(Keep keep, Point... newestFirst) {
      return ExpirePoints.gone(List.of(newestFirst), keep, now).stream()
          .map(PointId::sequence)
          .toList();
    }

    @Test
    void theNewestSoManyStay() {
      assertThat(gone(keep(2), good(4, 1), good(3, 2), good(2, 3), good(1, 4)))
          .containsExactly(2L, 1L);
    }

    @Test
    void youngOnesStay() {
      assertThat(
              gone(
                  new Keep(1, Optional.of(Duration.ofDays(3))),
                  good(4, 1),
                  good(3, 2),
                  good(2, 4),
                  good(1, 5)))
          .containsExactly(2L, 1L);
    }

    @Test
    void undoPointsTakeNoPlaceAndStayForTheirTime() {
      assertThat(
              gone(
                  keep(2),
                  point(5, PointKind.UNDO, 1, true, false),
                  good(4, 2),
                  point(3, PointKind.UNDO, 8, true, false),
                  good(2, 9),
                  good(1, 10)))
          .containsExactly(3L, 1L);
    }

    @Test
    void theLastGoodOneStaysHoweverOldItIs() {
      assertThat(
              gone(
                  keep(1),
                  point(4, PointKind.INTERVAL, 1, false, false),
                  point(3, PointKind.INTERVAL, 2, false, false),
                  good(2, 300),
                  good(1, 301)))
          .containsExactly(3L, 1L);
    }

    @Test
    void aHeldPointKeepsEverythingOlder() {
      assertThat(
              gone(
                  keep(1),
                  point(5, PointKind.UNDO, 0, true, false),
                  point(4, PointKind.INTERVAL, 1, true, true),
                  good(3, 100),
                  good(2, 200)))
          .isEmpty();
    }

    @Test
    void aHeldPointBehindAGoodOneIsNoObstacle() {
      assertThat(gone(keep(1), good(4, 1), point(3, PointKind.INTERVAL, 2, true, true), good(2, 3)))
          .containsExactly(3L, 2L);
    }

    @Test
    void nothingIsLeftOfNothing() {
      assertThat(gone(keep(1))).isEmpty();
    }

    private static Keep keep(int last) {
      return new Keep(last, Optional.empty());
    }

    private Point good(long sequence, int daysOld) {
      return point(sequence, PointKind.INTERVAL, daysOld, true, false);
    }

    private Point point(
        long sequence, PointKind kind, int daysOld, boolean consistent, boolean held) {
      Instant time = now.minus(Duration.ofDays(daysOld));
      return new Point(
          new PointId(SITE, sequence),
          kind,
          time,
          time,
          Optional.empty(),
          "job-" + sequence,
          List.of(),
          new ContentHash("0".repeat(64)),
          1,
          1,
          1,
          consistent,
          held,
          List.of(),
          0);
    }
  }

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
