package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/// Hours of an installation in which anything may fail, in virtual time: applications write all the
/// time, also in the middle of rollbacks; cells go away, answers get lost, processes are killed,
/// the index is emptied, clocks differ, events come twice, late or not at all; predictions are
/// right, wrong and repeated; people step in. The real decision and rollback code runs on it.
final class SimulatedHours {
  private static final List<String> NAMES = List.of("base", "site", "docs");
  private static final Duration TICK = Duration.ofMinutes(10);
  private static final int TICKS_AN_HOUR = 6;
  private static final int MAX_SWEEPS = 15;
  private static final int MAX_CHECKPOINTS = 40;
  private static final Duration SKEW = Duration.ofMillis(1500);

  private final Random random;
  private final SettableClock clock = new SettableClock();
  private final FaultInjectingObjectStore west =
      new FaultInjectingObjectStore(new InMemoryObjectStore(clock));
  private final World world;
  private final Map<String, SimulatedApplication> applications = new LinkedHashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final List<Announced> predictions = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private int number;
  private int ticksAway;
  private int killIn;
  private int ticksPaused;
  private long kills;
  private long outages;

  /// A prediction on its way.
  private record Announced(Prediction prediction, int ticksLeft) {}

  /// @param fences what becomes of the fence
  SimulatedHours(Path root, long seed, UnaryOperator<Fence> fences) {
    this.random = new Random(seed);
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore(Clock.offset(clock, SKEW)));
    objects.put(World.WEST, west);
    this.world = new World(root, objects);
    world.fences = fences;
    world.disorder = Optional.of(random);
    world.resource("base", RollbackMode.SWITCH_AND_RESTORE);
    world.resource("site", RollbackMode.SWITCH, "base");
    world.resource("docs", RollbackMode.RESTORE);
    for (String name : NAMES) {
      world.change(name, "automation", Automation.AUTO);
      world.change(name, "keep", new Keep(6, Optional.empty()));
      world.change(
          name,
          "shadows",
          List.of(
              new ShadowSpec(
                  World.WEST,
                  ShadowType.FULL,
                  Optional.of(Duration.ofMinutes(30)),
                  Optional.of(world.replica(name)))));
      for (int i = 0; i < 6; i++) {
        world.write(world.location(name).resolve("dir" + i % 2 + "/file" + i), "first " + i);
      }
      applications.put(name, new SimulatedApplication(world, name, random));
    }
    restart();
    world.needsEnforcedFences();
    settle();
  }

  void close() throws Exception {
    west.heal();
    world.release();
  }

  String story() {
    return String.join("\n", story.subList(Math.max(0, story.size() - 400), story.size()));
  }

  /// What came of it, a line for people.
  String summary() {
    return "%d writes acknowledged, %d refused, %d set aside by %d rollbacks; %d kills, %d outages"
        .formatted(
            applications.values().stream().mapToLong(SimulatedApplication::writes).sum(),
            applications.values().stream().mapToLong(SimulatedApplication::refused).sum(),
            applications.values().stream().mapToLong(SimulatedApplication::setAside).sum(),
            rollbacks(),
            kills,
            outages);
  }

  long rollbacks() {
    return world.views.newest(100_000).size();
  }

  long setAside() {
    return applications.values().stream().mapToLong(SimulatedApplication::setAside).sum();
  }

  void hours(int hours) {
    for (int hour = 0; hour < hours; hour++) {
      for (int tick = 0; tick < TICKS_AN_HOUR; tick++) {
        tick();
      }
      if (ticksAway == 0 && ticksPaused == 0) {
        settle();
        tidy();
      }
    }
    ticksAway = 0;
    west.heal();
    do {
      resume();
    } while (ticksPaused > 0);
    settle();
  }

  // ---- ten minutes

  private void tick() {
    clock.forward(TICK);
    if (ticksAway > 0 && --ticksAway == 0) {
      west.heal();
      tell("west is back");
    }
    if (ticksPaused > 0 && --ticksPaused == 0) {
      resume();
    }
    applications.values().forEach(SimulatedApplication::write);
    happens();
    work(() -> {
      due();
      world.events.addAll(world.intervals.due());
      world.deliver();
      world.sweep();
    });
    work(this::epochs);
  }

  /// A person resumes, and again in ten minutes if the store was away.
  private void resume() {
    ticksPaused = 1;
    work(() -> {
      world.pause.set(false, "a person");
      ticksPaused = 0;
    });
  }

  /// Runs what a process does, whatever becomes of it.
  private void work(Runnable work) {
    try {
      work.run();
    } catch (Killed killed) {
      kills++;
      tell("killed after " + killed.getMessage());
      List<Fact> kept = random.nextBoolean() ? List.copyOf(world.events) : List.of();
      restart();
      world.events.addAll(kept);
    } catch (ObjectStoreException | Unavailable away) {
      tell("away: " + away.getMessage());
    } catch (Refusal refusal) {
      tell("refused: " + refusal.getMessage());
    }
  }

  private void restart() {
    if (ticksAway > 0) {
      ticksAway = 0; // a process that can't start is started until it can
      west.heal();
    }
    for (boolean started = false; !started; ) {
      try {
        world.restart();
        started = true;
      } catch (ObjectStoreException injected) {
        tell("not started: " + injected.getMessage());
      }
    }
    world.onStep =
        step -> {
          if (random.nextInt(3) == 0) {
            applications.get(any()).write();
          }
          if (killIn > 0 && --killIn == 0) {
            throw new Killed(step);
          }
        };
  }

  private String any() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private boolean once(double timesAnHour) {
    return random.nextDouble() < timesAnHour / TICKS_AN_HOUR;
  }

  private void happens() {
    if (once(0.4)) {
      badUpdate(any());
    }
    if (once(0.1)) {
      predict(any(), clock.instant().minus(TICK.multipliedBy(random.nextInt(6))), "a false alarm");
    }
    if (once(1)) {
      killIn = 1 + random.nextInt(MAX_CHECKPOINTS);
    }
    if (once(0.5)) {
      lostAnswer();
    }
    if (once(0.05) && ticksAway == 0) {
      ticksAway = 1 + random.nextInt(6);
      outages++;
      west.goAway();
      tell("west is away");
    }
    if (once(0.2)) {
      world.index.clear();
    }
    if (once(0.3)) {
      work(() -> update(any()));
    }
    if (once(0.1)) {
      work(this::person);
    }
  }

  private void badUpdate(String name) {
    tell("bad update of " + name);
    Instant onset = clock.instant();
    applications.get(name).damage();
    if (random.nextInt(8) > 0) {
      predict(name, onset, "errors after an update");
    }
  }

  /// The same trouble is seen several times, now and later, and some of it never arrives.
  private void predict(String name, Instant onset, String why) {
    for (int i = 0; i <= random.nextInt(4); i++) {
      Prediction prediction =
          new Prediction(
              List.of(new ResourceName(name)),
              onset,
              onset.plus(TICK),
              0.5 + random.nextDouble() / 2,
              List.of(why),
              "prediction " + number++);
      predictions.add(new Announced(prediction, random.nextInt(4)));
      if (random.nextInt(4) == 0) {
        predictions.add(new Announced(prediction, random.nextInt(40)));
      }
    }
  }

  private void due() {
    List<Announced> now = List.copyOf(predictions);
    predictions.clear();
    for (Announced one : now) {
      if (one.ticksLeft() > 0) {
        predictions.add(new Announced(one.prediction(), one.ticksLeft() - 1));
      }
    }
    for (Announced one : now) {
      if (one.ticksLeft() == 0) {
        tell("predicted: " + one.prediction().evidence() + " of " + one.prediction().resources());
        world.events.addAll(
            world.automation.predicted(
                one.prediction(), rollback -> world.rollbacks.advance(rollback, Optional.empty())));
      }
    }
  }

  private void lostAnswer() {
    int nth = 1 + random.nextInt(60);
    if (random.nextBoolean()) {
      west.failAfter(Operation.CREATE, nth, Kind.OUTCOME_UNKNOWN);
    } else {
      west.failBefore(
          random.nextBoolean() ? Operation.CREATE : Operation.READ, nth, Kind.TRANSIENT);
    }
  }

  private void update(String name) {
    String id = "u" + number++;
    tell("update " + id + " of " + name);
    world.update(id, name);
    UpdateId update = new UpdateId(id);
    if (world.updateRecords.ready(update).isEmpty()) {
      return;
    }
    applications.get(name).damage();
    boolean fails = random.nextInt(3) == 0;
    world.updates.end(update, fails ? End.FAILED : End.COMPLETED, By.AUTOMATION, Optional.empty());
    if (fails) {
      world
          .automation
          .updateFailed(
              world.updateRecords.request(update).orElseThrow(),
              false,
              By.AUTOMATION,
              "it failed",
              "update-failed/" + id)
          .ifPresent(rollback -> world.rollbacks.advance(rollback, Optional.empty()));
    }
    world.deliver();
  }

  private void person() {
    switch (random.nextInt(3)) {
      case 0 -> {
        tell("a person pauses automation");
        ticksPaused = 1 + random.nextInt(12);
        world.pause.set(true, "a person");
      }
      case 1 -> {
        String name = any();
        tell("a person rolls back " + name);
        var ignored = world.rollback(World.to(name, Optional.empty(), Optional.empty()));
      }
      default ->
          world.views.newest(5).stream()
              .findFirst()
              .flatMap(member -> RollbackRecords.of(world.records, member.rollback()))
              .flatMap(RollbackRecords::intent)
              .ifPresent(intent -> {
                tell("a person undoes " + intent.correlation());
                var ignored = world.rollback(World.undo(intent.correlation()));
              });
    }
  }

  // ---- what has to be true

  /// An epoch never goes back, and no epoch is missing; whatever the index says.
  private void epochs() {
    for (String name : NAMES) {
      world
          .routes
          .current(new ResourceName(name))
          .map(route -> route.epoch().value())
          .ifPresent(epoch -> {
            assertThat(epoch).as(name).isGreaterThanOrEqualTo(epochs.getOrDefault(name, 0L));
            epochs.put(name, epoch);
          });
    }
  }

  /// Nothing fails any more, until nothing is under way.
  private void settle() {
    west.heal();
    killIn = 0;
    for (int sweep = 1; ; sweep++) {
      work(() -> {
        world.deliver();
        world.sweep();
      });
      if (world.open().stream().allMatch(this::rests)) {
        break;
      }
      if (sweep == MAX_SWEEPS / 2) {
        clock.forward(OpenWork.STALE_AFTER.plusSeconds(1));
      }
      assertThat(sweep)
          .as("sweeps until nothing is open but %s", world.open())
          .isLessThan(MAX_SWEEPS);
    }
    for (String name : NAMES) {
      Route route = world.route(name);
      assertThat(route.state()).as(name).isEqualTo(RouteState.SERVING);
      assertThat(route.primary().path()).isEqualTo(world.served(name).toString());
      applications.get(name).check();
    }
  }

  /// An update that nobody has ended, or a rollback whose shadow serves until the old primary has
  /// shown that it does well.
  private boolean rests(String open) {
    if (open.startsWith("UPDATES")) {
      return true;
    }
    return NAMES.stream()
        .filter(name -> open.startsWith("ROLLBACKS " + name + "-e"))
        .anyMatch(name -> world.views.returnWaits(world.route(name)).isPresent());
  }

  private void tidy() {
    for (Fact due : world.expirePoints.due()) {
      world.deliver(due);
    }
    world.resources.forEach(resource -> {
      var declared = world.catalogue.resource(resource.name()).orElseThrow();
      world.dropGenerations.execute(declared, world.dropGenerations.plan(declared));
    });
    world.stores.expiry(World.WEST).collect(world.grace);
  }

  private void tell(String line) {
    story.add(clock.instant() + " " + line);
  }
}
