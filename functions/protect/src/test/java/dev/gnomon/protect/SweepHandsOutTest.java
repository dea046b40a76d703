package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.CollectGarbage;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.TakeShadow.Wanted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A sweep hands work out, does none of it, and waits for nobody.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SweepHandsOutTest {
  private static final Wanted SHADOW =
      new Wanted(new ResourceName("site"), PointKind.COMMAND, Optional.empty(), "event 1");
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private HookedObjectStore west;
  private World world;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>(Worlds.cells(clock));
    west = new HookedObjectStore(objects.get(World.WEST));
    objects.put(World.WEST, west);
    world = new World(root, objects);
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void inManyParts() {
    world.partBytes = 1;
    world.restart();
  }

  private String job() {
    return world.openWork.open(OpenWork.Kind.JOBS).getFirst();
  }

  private List<Fact> sweep() {
    return world.takeShadow.resume(job());
  }

  private void killedAfter(String step) {
    world.haltAfter = step;
    assertThatThrownBy(() -> world.takeShadow.take(SHADOW)).isInstanceOf(Killed.class);
    world.restart();
  }

  @Test
  void partsAreHandedOutAgainOnlyPastTheirDeadline() {
    inManyParts();
    List<Fact> lost = world.takeShadow.take(SHADOW);
    assertThat(lost).hasSizeGreaterThan(1).allMatch(Fact.ShadowPartWanted.class::isInstance);

    List<Fact> atOnce = sweep();
    clock.forward(DEADLINE);
    List<Fact> past = sweep();
    List<Fact> atOnceAgain = sweep();
    clock.forward(DEADLINE);
    List<Fact> beforeTwice = sweep();
    clock.forward(DEADLINE);
    List<Fact> pastTwice = sweep();

    assertThat(atOnce).isEmpty();
    assertThat(past).isEqualTo(lost);
    assertThat(atOnceAgain).isEmpty();
    assertThat(beforeTwice).isEmpty();
    assertThat(pastTwice).isEqualTo(lost);
  }

  @Test
  void onlyWhatIsMissingIsHandedOutAgain() {
    inManyParts();
    List<Fact> parts = new ArrayList<>(world.takeShadow.take(SHADOW));
    world.deliver(parts.removeFirst());
    clock.forward(DEADLINE);

    assertThat(sweep()).isEqualTo(parts);
  }

  @Test
  void aProcessThatWasStartedAnewHandsOutAtOnce() {
    inManyParts();
    List<Fact> lost = world.takeShadow.take(SHADOW);
    world.restart();

    assertThat(sweep()).isEqualTo(lost);
  }

  @Test
  void aSweepReadsNothingItselfAndWhoIsHandedThePartEndsTheJob() {
    killedAfter("planned");

    List<Fact> handed = sweep();

    assertThat(handed).singleElement().isInstanceOf(Fact.ShadowPartWanted.class);
    assertThat(world.points("site")).isEmpty();
    world.events.addAll(handed);
    world.deliver();
    assertThat(world.points("site")).hasSize(1);
    assertThat(world.openWork.open(OpenWork.Kind.JOBS)).isEmpty();
  }

  @Test
  void aJobWhosePartsAreDoneIsJoinedByWhoIsHandedOne() {
    killedAfter("captured");

    world.events.addAll(sweep());
    world.deliver();

    assertThat(world.points("site")).hasSize(1);
  }

  /// Runs something while a capture stands still before its point is written.
  private void duringACapture(Runnable meanwhile) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    west.beforeCreating(
        name -> name.startsWith("store/points/"),
        () -> {
          reached.countDown();
          await(gate);
        });
    CompletableFuture<List<Fact>> capture =
        CompletableFuture.supplyAsync(() -> world.takeShadow.take(SHADOW));
    try {
      await(reached);
      meanwhile.run();
    } finally {
      gate.countDown();
    }
    assertThat(capture.get(30, TimeUnit.SECONDS))
        .singleElement()
        .isInstanceOf(Fact.ShadowCreated.class);
  }

  @Test
  void aSweepLeavesAloneWhatIsBeingWorkedOn() throws Exception {
    duringACapture(() -> assertThat(sweep()).isEmpty());
    assertThat(world.points("site")).hasSize(1);
  }

  @Test
  void aRepeatedDeliveryIsToldAtOnceThatItsWorkGoesOn() throws Exception {
    duringACapture(() -> {
      String job = job();
      assertThatThrownBy(() -> world.takeShadow.take(SHADOW))
          .isInstanceOf(Busy.class)
          .hasMessageContaining(job);
      assertThatThrownBy(() -> world.takeShadow.part(job, 0)).isInstanceOf(Busy.class);
    });
    assertThat(world.takeShadow.take(SHADOW))
        .singleElement()
        .isInstanceOf(Fact.ShadowCreated.class);
  }

  @Test
  void aCollectionThatGoesOnHoldsUpNoSweep() throws Exception {
    world.shadow("site");
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    CollectGarbage garbage =
        new CollectGarbage(
            world.catalogue,
            world.records,
            heldUp(world.stores, reached, gate),
            Duration.ofHours(1));
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> garbage.collect(World.WEST));
    await(reached);

    boolean done = garbage.collectIfDue(World.WEST);
    Throwable asked = catchThrowable(() -> garbage.collect(World.WEST));
    gate.countDown();

    assertThat(done).isFalse();
    assertThat(asked).isInstanceOf(Busy.class);
    first.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whoTriesALockThatIsHeldGetsNothingAtOnce() throws Exception {
    KeyedLocks locks = new KeyedLocks();
    Optional<Optional<String>> inner =
        locks.tryLocked(
            "a",
            () -> CompletableFuture.supplyAsync(() -> locks.tryLocked("a", () -> "done")).join());

    assertThat(inner).contains(Optional.empty());
    assertThat(locks.tryLocked("a", () -> "done")).contains("done");
  }

  /// Stores whose collections stand still.
  private static CellStores heldUp(CellStores stores, CountDownLatch reached, CountDownLatch gate) {
    Expiry expiry =
        new Expiry() {
          @Override
          public void expire(Collection<PointId> points) {}

          @Override
          public List<PointId> expire(Map<PointId, Long> decided) {
            return List.of();
          }

          @Override
          public void accept(PointId held) {}

          @Override
          public CollectReport collect(Duration grace) {
            reached.countDown();
            await(gate);
            return new CollectReport(0, 0, 0);
          }

          @Override
          public boolean collectionDue(Duration grace) {
            return true;
          }
        };
    return new ForwardingCellStores(stores) {
      @Override
      public Expiry expiry(CellName cell) {
        return expiry;
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
