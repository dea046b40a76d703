package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.BlastRadius;
import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Demand;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.ActingLimits;
import dev.gnomon.core.catalogue.DecisionPolicy;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bounds on what automation acts on together.
class BlastRadiusTest {
  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  private void install(int resources, ActingLimits limits) {
    world = new World(root, Worlds.cells(clock));
    DecisionPolicy usual = DecisionPolicy.DEFAULT;
    world.policies =
        Policies.DEFAULT.deciding(
            new DecisionPolicy(usual.weights(), usual.prices(), usual.approvals(), limits));
    for (int i = 0; i < resources; i++) {
      world.resource("r" + i, RollbackMode.RESTORE);
      Worlds.fill(world, "r" + i, "good");
    }
    world.restart();
    IntStream.range(0, resources).forEach(i -> world.shadow("r" + i));
    clock.forward(Duration.ofMinutes(1));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  /// Decides; what it begins is not carried on.
  private Decision decide(World by, int resource, String event) {
    ResourceName name = new ResourceName("r" + resource);
    by.automation.predicted(
        new Prediction(
            List.of(name),
            clock.instant(),
            clock.instant().plusSeconds(60),
            0.9,
            List.of("x"),
            event),
        id -> {});
    return by.decisions.newest(List.of(name), 1).getFirst();
  }

  private Decision decide(int resource) {
    return decide(world, resource, "p" + resource);
  }

  @Test
  void noMoreThanTheLimitAreActedOnTogether() {
    install(3, new ActingLimits(2, false));

    assertThat(decide(0).action()).isEqualTo(Action.ROLLED_BACK);
    assertThat(decide(1).action()).isEqualTo(Action.ROLLED_BACK);
    Decision third = decide(2);

    assertThat(third.action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
    assertThat(third.reason()).contains("at most 2 resources").contains("r0 of east", "r1 of east");
    assertThat(world.notices).hasSize(1);
  }

  @Test
  void aSlotIsFreeWhenItsRollbackHasEnded() {
    install(3, new ActingLimits(1, false));
    assertThat(decide(0).action()).isEqualTo(Action.ROLLED_BACK);
    assertThat(decide(1).action()).isEqualTo(Action.WAITS_FOR_APPROVAL);

    world.rollbacks.advance("r0-e1", Optional.empty());
    world.deliver();

    assertThat(decide(world, 1, "again").action()).isEqualTo(Action.ROLLED_BACK);
  }

  /// Automation switches r0 away, whose primary then never comes back.
  private void waitsForALostPrimary() throws IOException {
    world = new World(root, Worlds.cells(clock));
    DecisionPolicy usual = DecisionPolicy.DEFAULT;
    world.policies =
        Policies.DEFAULT.deciding(
            new DecisionPolicy(
                usual.weights(), usual.prices(), usual.approvals(), new ActingLimits(1, false)));
    for (String name : List.of("r0", "r1")) {
      world.resource(name, RollbackMode.SWITCH_AND_RESTORE);
      Worlds.fill(world, name, "good");
    }
    world.restart();
    world.shadow("r0");
    world.shadow("r1");
    clock.forward(Duration.ofMinutes(1));
    Files.move(world.location("r0").getParent(), world.root.resolve("away"));
    assertThat(decide(0).action()).isEqualTo(Action.ROLLED_BACK);
    world.rollbacks.advance("r0-e1", Optional.empty());
    world.deliver();
    assertThat(world.views.of("r0-e1").orElseThrow().resources().getFirst().state())
        .isEqualTo(RollbackViews.State.RUNNING);
  }

  @Test
  void whoOnlyWaitsForALostPrimaryKeepsOthersOutForAnHour() throws IOException {
    waitsForALostPrimary();
    assertThat(decide(1).action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
    clock.forward(BlastRadius.WAITS_AT_MOST.minusMinutes(1));
    assertThat(decide(world, 1, "before the hour").action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
    clock.forward(Duration.ofMinutes(2));

    Decision after = decide(world, 1, "after the hour");

    assertThat(after.action()).isEqualTo(Action.ROLLED_BACK);
  }

  @Test
  void whoRepairsItsPrimaryKeepsItsSlotHoweverLongThatTakes() throws IOException {
    waitsForALostPrimary();
    Files.move(world.root.resolve("away"), world.location("r0").getParent());
    world.haltAfter = "late-undo"; // It is back, and its repair has not ended.
    catchThrowable(() -> world.rollbacks.sweep());
    catchThrowable(world::deliver);
    world.haltAfter = "";
    world.restart();
    clock.forward(BlastRadius.WAITS_AT_MOST.multipliedBy(3));

    Decision other = decide(1);

    assertThat(other.action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
  }

  @Test
  void allThatLeaveOneCellMayBeMore() {
    install(3, new ActingLimits(1, true));

    assertThat(IntStream.range(0, 3).mapToObj(this::decide))
        .allMatch(decision -> decision.action() == Action.ROLLED_BACK);
  }

  @Test
  void twoCellsAtATimeAreTooMany() {
    install(2, new ActingLimits(1, true));
    world.rolledBack(
        World.to("r1", Optional.empty(), Optional.of(RollbackMode.SWITCH))); // r1 is in west now
    clock.forward(Duration.ofMinutes(1));

    assertThat(decide(0).action()).isEqualTo(Action.ROLLED_BACK);
    assertThat(decide(1).action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
  }

  @Test
  void aPersonMayGoBeyondTheLimits() {
    install(2, new ActingLimits(1, false));
    decide(0);
    Decision waits = decide(1);
    String evidence = waits.asked().orElseThrow().evidence();

    assertThatThrownBy(() -> world.approvals.approve("r1-d1", evidence, "alice", false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("--beyond-limits");
    assertThat(world.approvals.approve("r1-d1", evidence, "alice", true)).isEqualTo("r1-e1");
  }

  @Test
  void aPersonsCommandNeedsNoSlot() {
    install(2, new ActingLimits(1, false));
    decide(0);

    assertThat(world.rolledBack(World.to("r1", Optional.empty(), Optional.empty())))
        .isEqualTo("r1-e1");
  }

  @Test
  void processesThatRaceStayWithinTheLimit() throws Exception {
    int all = 6;
    install(all, new ActingLimits(2, false));
    List<World> processes =
        IntStream.range(0, all)
            .mapToObj(i -> {
              World process = new World(root, world.objects);
              process.policies = world.policies;
              process.resources.addAll(world.resources);
              return process.restart();
            })
            .toList();

    List<Thread> racers =
        IntStream.range(0, all)
            .mapToObj(i -> Thread.ofVirtual().unstarted(() -> decide(processes.get(i), i, "p" + i)))
            .toList();
    racers.forEach(Thread::start);
    for (Thread racer : racers) {
      racer.join();
    }

    List<Action> actions =
        IntStream.range(0, all)
            .mapToObj(i ->
                world.decisions.newest(List.of(new ResourceName("r" + i)), 1).getFirst().action())
            .toList();
    assertThat(actions).filteredOn(Action.ROLLED_BACK::equals).hasSize(2);
    assertThat(actions).filteredOn(Action.WAITS_FOR_APPROVAL::equals).hasSize(4);
  }

  @Test
  void whoWasKilledWithASlotFindsItAndLosesItOtherwise() {
    install(2, new ActingLimits(1, false));
    world.haltAfter = "intent";
    catchThrowable(() -> decide(0));
    world.restart();

    assertThat(decide(1).action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
    assertThat(decide(0).action()).isEqualTo(Action.ROLLED_BACK);
  }

  @Test
  void aSlotOfWhoNeverBeganIsFreeAfterAWhile() {
    install(2, new ActingLimits(1, false));
    world.haltAfter = "slot";
    catchThrowable(() -> decide(0));
    world.restart();
    assertThat(decide(1).action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
    clock.forward(Duration.ofMinutes(16));

    assertThat(decide(world, 1, "later").action()).isEqualTo(Action.ROLLED_BACK);
  }

  /// Another process, whose first look at what is acted on comes right after something.
  private World other(Runnable before) {
    boolean[] done = {false};
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>(world.objects);
    objects.computeIfPresent(
        World.WEST,
        (cell, store) ->
            new ForwardingObjectStore(store) {
              @Override
              public Optional<ObjectStat> stat(ObjectName name) {
                if (name.value().startsWith("acting/") && !done[0]) {
                  done[0] = true;
                  before.run();
                }
                return super.stat(name);
              }
            });
    World other = new World(root, objects);
    other.policies = world.policies;
    other.resources.addAll(world.resources);
    return other.restart();
  }

  @Test
  void whoIsRefusedDoesNotGiveBackTheSlotOfAnother() {
    install(2, new ActingLimits(1, false));
    World other = other(() -> decide(0));
    Demand otherWords =
        new Demand(
            World.changed(
                World.to("r0", Optional.of("r0@1"), Optional.empty()), "by", By.AUTOMATION),
            Optional.empty(),
            Optional.empty(),
            List.of("x"),
            "another event");

    Decision refused = other.automation.requested(otherWords);

    assertThat(refused.action()).isEqualTo(Action.REFUSED);
    assertThat(refused.reason()).contains("asked for with other words");
    assertThat(decide(1).action()).as("r0 is acted on").isEqualTo(Action.WAITS_FOR_APPROVAL);
  }

  @Test
  void whatWasDecidedOnAnEpochDoesNotBeginFromALaterOne() {
    install(2, new ActingLimits(1, false));
    World late = other(() -> world.rolledBack(World.to("r0", Optional.empty(), Optional.empty())));

    assertThatThrownBy(() -> decide(late, 0, "late"))
        .isInstanceOf(Busy.class)
        .hasMessageContaining("it is at 3 since");

    assertThat(world.views.of("r0-e3")).isEmpty();
    assertThat(decide(1).action()).as("the slot is given back").isEqualTo(Action.ROLLED_BACK);
  }
}
