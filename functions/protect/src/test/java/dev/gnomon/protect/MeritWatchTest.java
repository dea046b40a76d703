package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.Objectives;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.history.HistoryPages;
import dev.gnomon.core.history.Metric;
import dev.gnomon.core.history.Moment;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Blocks;
import dev.gnomon.core.merit.MeritBook;
import dev.gnomon.core.merit.MeritSnapshots;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.merit.WatchMerit;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A resource with replicas in two cells, whose places do well or not.
class MeritWatchTest {
  private static final CellName NORTH = new CellName("north");
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final Map<Subject, Vitals> vitals = new ConcurrentHashMap<>();
  private final Vitals.Board board =
      new Vitals.Board() {
        @Override
        public void post(Vitals one) {
          vitals.put(one.subject(), one);
        }

        @Override
        public Optional<Vitals> of(Subject subject) {
          return Optional.ofNullable(vitals.get(subject));
        }
      };
  private MeritBook book = MeritBook.inMemory();
  private World world;
  private Executor acting = Runnable::run;
  private UnaryOperator<CellStores> lists = stores -> stores;
  private WatchMerit watch;
  private MeritWatch rounds;
  private HistoryOfPlaces history;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore(clock));
    objects.put(World.WEST, new InMemoryObjectStore(clock));
    objects.put(NORTH, new InMemoryObjectStore(clock));
    world = new World(root, objects);
    world.policies =
        World.changed(
            world.policies,
            "merit",
            World.changed(MeritPolicy.DEFAULT, "sustained", Duration.ofMinutes(2)));
    declare(RollbackMode.SWITCH);
    world.write(world.location("site").resolve("file"), "good");
    restart();
    world.shadow("site");
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void declare(RollbackMode mode) {
    Resource site =
        PlainResource.directory("site", world.location("site"))
            .shadows(replica(World.WEST), replica(NORTH))
            .rollback(mode)
            .automation(Automation.AUTO)
            .allowAdvisoryFence()
            .actuators(new ActuatorSpec.Symlink(world.link("site")))
            .resource();
    world.resources.clear();
    world.add(World.changed(site, "objectives", new Objectives(Optional.of(Duration.ofHours(1)))));
  }

  private ShadowSpec replica(CellName cell) {
    return new ShadowSpec(
        cell,
        ShadowType.FULL,
        Optional.empty(),
        Optional.of(root.resolve(cell + "-replica").resolve("site")));
  }

  private void restart() {
    world.destinations = new Later();
    world.restart();
    NewestPoints points = new NewestPoints(world.catalogue, lists.apply(world.stores));
    watch =
        new WatchMerit(
            world.catalogue,
            board,
            points,
            resource -> OptionalDouble.empty(),
            book,
            new RefineWeights(world.records),
            blocks(),
            clock);
    ((Later) world.destinations).then = watch;
    history =
        new HistoryOfPlaces(
            world.catalogue,
            new HistoryPages(
                world.objects.get(World.WEST), world.records, () -> UUID.randomUUID().toString()),
            (resource, cell) -> Optional.empty());
    rounds =
        new MeritWatch(
            world.catalogue,
            world.routes,
            watch,
            points,
            book,
            blocks(),
            new MeritSnapshots(world.objects.get(World.WEST), world.records),
            history,
            world.automation,
            world.rollbacks,
            acting,
            clock);
    rounds.remember();
  }

  private Blocks blocks() {
    return new Blocks(world.records, world.routes, world.catalogue.policies().merit());
  }

  private void health(CellName cell, double health) {
    board.post(
        new Vitals(
            new Subject.OfCell(cell),
            OptionalDouble.of(health),
            OptionalDouble.empty(),
            Optional.empty(),
            clock.instant()));
  }

  private void watched(Duration time, double east, double west, double north) {
    for (long second = 0; second < time.toSeconds(); second += 10) {
      clock.forward(Duration.ofSeconds(10));
      health(World.EAST, east);
      health(World.WEST, west);
      health(NORTH, north);
      rounds.look();
      world.deliver();
    }
  }

  private CellName serving() {
    return world.route("site").primary().cell();
  }

  private List<Decision> decisions() {
    return world.records.names("decisions/site/").stream()
        .flatMap(name -> world.records.read(name, Decision.class).stream())
        .toList();
  }

  @Test
  void aGapThatLastsSwitchesToTheBestPlaceWithoutAnyPredictionAndSaysTheNumbers() {
    watched(Duration.ofSeconds(100), 0.2, 0.7, 1);
    assertThat(serving()).isEqualTo(World.EAST);

    watched(Duration.ofSeconds(60), 0.2, 0.7, 1);

    assertThat(serving()).isEqualTo(NORTH);
    assertThat(world.tree("site")).isNotEmpty();
    Decision decision = decisions().getFirst();
    assertThat(decision.action()).isEqualTo(Decision.Action.ROLLED_BACK);
    assertThat(decision.evidence())
        .anySatisfy(text -> assertThat(text).contains("serving east", "20.0 % well", "trust"))
        .anySatisfy(text -> assertThat(text).contains("best north", "100.0 % well"))
        .anySatisfy(text -> assertThat(text).contains("west 0."));
    assertThat(
            RollbackRecords.of(world.records, decision.rollback().orElseThrow())
                .orElseThrow()
                .intent()
                .orElseThrow()
                .target())
        .contains(NORTH);
  }

  @Test
  void missingTelemetryNeverSwitches() {
    watched(Duration.ofSeconds(100), 0.2, 0.7, 1);
    for (int round = 0; round < 100; round++) {
      clock.forward(Duration.ofSeconds(10));
      rounds.look();
    }
    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(decisions()).isEmpty();
  }

  @Test
  void ofSeveralCopiesAPersonsRollbackGoesToTheOneOfMostMerit() {
    watched(Duration.ofSeconds(20), 1, 0.5, 1);
    String id = world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));
    assertThat(serving()).isEqualTo(NORTH);
    assertThat(RollbackRecords.of(world.records, id).orElseThrow().intent().orElseThrow().why())
        .contains("to north by merit: north ", "50.0 % well");
  }

  @Test
  void anAutomaticReturnWaitsForTheMeritOfTheOldPrimary() {
    declare(RollbackMode.SWITCH_AND_RESTORE);
    restart();
    watched(Duration.ofSeconds(160), 0.1, 1, 1);
    assertThat(serving()).isNotEqualTo(World.EAST);
    String id = decisions().getFirst().rollback().orElseThrow();
    assertThat(world.views.of(id).orElseThrow().resources().getFirst().reason())
        .hasValueSatisfying(why -> assertThat(why).contains("the return waits", "merit of east"));

    watched(Duration.ofMinutes(45), 1, 1, 1);
    world.sweep();
    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.RUNNING);
    clock.forward(world.policies.merit().proves());
    watched(Duration.ofSeconds(10), 1, 1, 1);
    world.sweep();

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void unknownMeritDoesNotKeepTheReturnBack() {
    declare(RollbackMode.SWITCH_AND_RESTORE);
    restart();
    world.rolledBack(automatic());
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void whatIsMeasuredOfAResourceThatJustMovedSpeaksOfWhereItWas() {
    world.rolledBack(
        World.to("site", Optional.empty(), Optional.of(RollbackMode.SWITCH)).toCell(NORTH));

    suffering(Vitals.ALARM_HOLDS.minusMinutes(1));

    assertThat(serving()).isEqualTo(NORTH);
    suffering(Duration.ofMinutes(5));
    assertThat(serving()).as("it suffers in north as well").isEqualTo(World.WEST);
  }

  /// The resource does badly in cells that do well.
  private void suffering(Duration time) {
    for (long second = 0; second < time.toSeconds(); second += 10) {
      board.post(
          new Vitals(
              new Subject.OfResource(SITE),
              OptionalDouble.of(0.1),
              OptionalDouble.empty(),
              Optional.empty(),
              clock.instant()));
      watched(Duration.ofSeconds(10), 1, 1, 1);
    }
  }

  @Test
  void automationThatFlapsIsBlockedUntilAPersonLiftsIt() {
    for (int change = 0; change < 4; change++) {
      world.rolledBack(automatic().toCell(change % 2 == 0 ? NORTH : World.EAST));
    }
    watched(Duration.ofSeconds(200), 0.1, 0.8, 1);
    assertThat(serving()).as("west is not blocked").isEqualTo(World.WEST);

    for (int change = 0; change < 3; change++) {
      world.rolledBack(automatic().toCell(change % 2 == 0 ? World.EAST : World.WEST));
    }
    var refused = world.rollback(automatic());
    assertThat(refused.toString())
        .contains("automation is blocked between", "gnomon merit unblock site");

    assertThat(blocks().of(SITE)).hasSize(2);
    assertThat(blocks().lift(SITE, "a test")).hasSize(2);
    assertThat(blocks().of(SITE)).isEmpty();
    world.rolledBack(automatic());
    assertThat(serving()).isNotEqualTo(World.EAST);
  }

  @Test
  void whatFlapsSlowlyIsBlockedWithinADayToo() {
    int most = 4 * world.catalogue.policies().merit().departures();
    for (int change = 0; change < most; change++) {
      assertThat(blocks().against(world.route("site"), change % 2 == 0 ? NORTH : World.EAST))
          .as("change " + change)
          .isEmpty();
      world.rolledBack(automatic().toCell(change % 2 == 0 ? NORTH : World.EAST));
      clock.forward(Duration.ofMinutes(40));
    }

    assertThat(blocks().against(world.route("site"), NORTH))
        .hasValueSatisfying(why -> assertThat(why).contains("changed " + most + " times"));
  }

  @Test
  void whatAPersonMovesToAndFroIsNoFlapping() {
    for (int change = 0; change < 20; change++) {
      world.rolledBack(
          World.to("site", Optional.empty(), Optional.of(RollbackMode.SWITCH))
              .toCell(change % 2 == 0 ? World.WEST : World.EAST));
    }

    assertThat(blocks().against(world.route("site"), World.WEST)).isEmpty();
    world.rolledBack(automatic());
    assertThat(serving()).isNotEqualTo(World.EAST);
  }

  @Test
  void aRestartOfEverythingDoesNotForgetWornTrust() {
    watched(Duration.ofSeconds(90), 0, 1, 1);
    double worn = watch.rank(site(), world.route("site"), watch.weights()).serving().trust();
    assertThat(worn).isLessThan(0.9);
    rounds.keep();

    book = MeritBook.inMemory();
    restart();

    assertThat(watch.rank(site(), world.route("site"), watch.weights()).serving().trust())
        .isCloseTo(worn, within(1e-3));
  }

  @Test
  void whatIsKeptForHistoryKeepsNoLookWaiting() {
    Queue<Runnable> later = new ArrayDeque<>();
    acting = later::add; // A control store that hangs keeps whoever writes to it.
    restart();
    Instant from = clock.instant();

    watched(Duration.ofMinutes(10), 0.9, 1, 1);

    assertThat(rounds.of(SITE).orElseThrow().tracked().at())
        .isAfterOrEqualTo(clock.instant().minusSeconds(10));
    assertThat(history.of(SITE, from, clock.instant())).isEmpty();
    later.forEach(Runnable::run);
    assertThat(history.of(SITE, from, clock.instant())).hasSizeGreaterThan(50);
  }

  @Test
  void historyShowsHowThePlacesDidAndOutlivesTheProcess() {
    Instant from = clock.instant();
    watched(Duration.ofMinutes(20), 0.9, 1, 1);
    watched(Duration.ofMinutes(5), 0.1, 1, 1);
    rounds.end();
    restart();

    List<Moment> moments = history.of(SITE, from, clock.instant().plusSeconds(10));

    assertThat(moments).hasSizeBetween(100, 151);
    assertThat(moments).extracting(Moment::at).isSorted().doesNotHaveDuplicates();
    Map<Metric, Double> first = moments.getFirst().places().get(World.EAST);
    assertThat(first).containsEntry(Metric.HEALTH, 0.9).containsEntry(Metric.SERVES, 1.0);
    assertThat(moments.getLast().places().get(World.EAST))
        .containsEntry(Metric.HEALTH, 0.1)
        .containsEntry(Metric.SERVES, 0.0);
    assertThat(moments.getLast().places().get(NORTH)).containsKey(Metric.MERIT);
  }

  private Resource site() {
    return world.catalogue.resource(SITE).orElseThrow();
  }

  private static RollbackRequest automatic() {
    RollbackRequest person = World.to("site", Optional.empty(), Optional.empty());
    return World.changed(person, "by", dev.gnomon.core.rollback.By.AUTOMATION);
  }

  private void automation(Automation automation) {
    world.change("site", "automation", automation);
    restart();
  }

  @Test
  void aGapThatOutlastsAPauseIsDecidedWhenAllIsResumed() {
    world.pause.set(true, "a person");
    watched(Duration.ofMinutes(10), 0.2, 0.7, 1);
    assertThat(decisions())
        .singleElement()
        .extracting(Decision::action)
        .isEqualTo(Decision.Action.PAUSED);
    assertThat(serving()).isEqualTo(World.EAST);

    world.pause.set(false, "a person");
    watched(Duration.ofMinutes(3), 0.2, 0.7, 1);

    assertThat(serving()).isEqualTo(NORTH);
  }

  @Test
  void whileTheBestPlaceWaitsForApprovalNoOtherOneIsAskedFor() {
    automation(Automation.APPROVE);

    watched(Duration.ofMinutes(10), 0.1, 0.8, 1);

    assertThat(decisions())
        .singleElement()
        .satisfies(decision -> assertThat(decision.asked().orElseThrow().toCell()).contains(NORTH));
  }

  @Test
  void whatIsOnlyEverRestoredIsNotOutranked() {
    declare(RollbackMode.RESTORE);
    restart();

    watched(Duration.ofMinutes(5), 0.1, 1, 1);

    assertThat(decisions()).isEmpty();
    assertThat(world.notices).isEmpty();
  }

  @Test
  @Timeout(120)
  void aCellThatHangsDoesNotBlindMerit() {
    CountDownLatch end = new CountDownLatch(1);
    Set<Thread> hanging = ConcurrentHashMap.newKeySet();
    lists =
        stores ->
            new ForwardingCellStores(stores) {
              @Override
              public ShadowStore shadows(CellName cell) {
                if (cell.equals(NORTH)) {
                  hanging.add(Thread.currentThread());
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                }
                return super.shadows(cell);
              }
            };
    acting =
        work -> {
          Thread thread = Thread.ofVirtual().start(work);
          while (thread.isAlive() && !hanging.contains(thread)) {
            Thread.onSpinWait();
          }
        };
    restart();
    try {
      watched(Duration.ofSeconds(160), 0.2, 1, 1);
      assertThat(serving()).isEqualTo(World.WEST);
    } finally {
      end.countDown();
    }
  }

  @Test
  void whatAClockThatWasAheadKeptDoesNotHoldUntilThen() {
    clock.forward(Duration.ofDays(1));
    watched(Duration.ofSeconds(90), 0, 1, 1);
    rounds.keep();
    clock.forward(Duration.ofDays(-1));
    book = MeritBook.inMemory();
    restart();

    watched(Duration.ofSeconds(160), 0.2, 0.7, 1);

    assertThat(serving()).isEqualTo(NORTH);
  }
}
