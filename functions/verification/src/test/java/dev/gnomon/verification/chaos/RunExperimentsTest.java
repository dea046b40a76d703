package dev.gnomon.verification.chaos;

import static dev.gnomon.verification.chaos.ChaosWorld.SHOP;
import static dev.gnomon.verification.chaos.ChaosWorld.SITE;
import static dev.gnomon.verification.chaos.ChaosWorld.experiment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.ChaosPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.Outcome;
import dev.gnomon.core.chaos.Outcome.Verdict;
import dev.gnomon.core.chaos.Places;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.chaos.WatchTrouble;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Factor;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunExperimentsTest {
  private static final CellName EAST = new CellName("east");
  private static final Trouble GONE = new Trouble.Partition(EAST);
  private static final Duration LASTS = Duration.ofSeconds(30);

  private final ChaosWorld world = new ChaosWorld();
  private final ProcessInTrouble process = new ProcessInTrouble(world);
  private final Injected injected = process.injected;

  private void pass(Duration time) {
    process.pass(time);
  }

  private void over() {
    process.over(LASTS);
  }

  private Optional<Outcome> request(Experiment experiment) {
    return process.request(experiment);
  }

  private Outcome outcome(String id) {
    return process.outcome(id);
  }

  @Test
  void anExperimentWithoutConsequencesPasses() {
    assertThat(request(experiment("x", GONE, LASTS))).isEmpty();
    over();
    assertThat(outcome("x").verdict()).as(outcome("x").toString()).isEqualTo(Verdict.PASSED);
    assertThat(outcome("x").effects().orElseThrow().touched()).isPositive();
  }

  @Test
  void troubleThatTouchesNothingShowsNothing() {
    world.begin("x", new Trouble.DeadRedis(), LASTS);
    over();
    assertThat(outcome("x").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(outcome("x").reasons()).anyMatch(why -> why.contains("touched nothing"));
  }

  @Test
  void whatOnlyProbesFeltIsShownByWhatWasNoticed() {
    world.merit.put(SITE, new Places.Reading(0.9, Map.of()));
    world.begin("x", new Trouble.Partition(new CellName("west")), LASTS);
    pass(Duration.ofSeconds(5));
    world.merit.put(SHOP, new Places.Reading(0.9, Map.of()));
    pass(Duration.ofSeconds(1));
    world.merit.put(SHOP, new Places.Reading(0.6, Map.of(Factor.HEALTH, 0.5)));
    over();
    assertThat(outcome("x").effects().orElseThrow().touched()).isZero();
    assertThat(outcome("x").verdict()).as(outcome("x").toString()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void anIdRunsOnceHoweverOftenItIsAskedFor() {
    world.begin("x", GONE, LASTS);
    assertThat(request(experiment("x", GONE, LASTS))).isEmpty();
    over();

    assertThat(request(experiment("x", GONE, LASTS))).contains(outcome("x"));
    assertThat(world.records.begun(10)).hasSize(1);
    assertThat(world.run.attend()).isFalse();
    assertThatThrownBy(() -> request(experiment("x", new Trouble.DeadRedis(), LASTS)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("use another id");
  }

  @Test
  void nothingIsBegunWhereItIsNotAllowed() {
    ChaosWorld closed = new ChaosWorld(ChaosPolicy.DEFAULT);
    assertThatThrownBy(() -> closed.run.request(experiment("x", GONE, LASTS), Instant.MAX))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("chaos: {allowed: true}");
    assertThat(closed.names()).noneMatch(name -> name.startsWith("chaos"));

    ChaosWorld west = new ChaosWorld(new ChaosPolicy(true, List.of(new CellName("west"))));
    Outcome refused = west.run.request(experiment("x", GONE, LASTS), Instant.MAX).orElseThrow();
    assertThat(refused.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(refused.reasons()).anyMatch(why -> why.contains("not allowed in cell east"));
  }

  @Test
  void anUnknownCellATooWrongClockAndASecondExperimentAreRefused() {
    for (Trouble trouble :
        List.of(
            new Trouble.Partition(new CellName("nowhere")),
            new Trouble.ClockSkew(EAST, Duration.ofMinutes(10)))) {
      request(experiment("clock", new Trouble.ClockSkew(EAST, Duration.ofSeconds(1)), LASTS));
      Outcome refused = request(experiment("x" + trouble.hashCode(), trouble, LASTS)).orElseThrow();
      assertThat(refused.verdict()).isEqualTo(Verdict.REFUSED);
      assertThat(refused.reasons()).anyMatch(why -> why.contains("one at a time"));
      if (trouble instanceof Trouble.Partition) {
        assertThat(refused.reasons()).anyMatch(why -> why.contains("unknown cell 'nowhere'"));
      }
    }
  }

  @Test
  void nothingIsBegunWhileItIsNotSteadyOrPaused() {
    world.merit.put(SITE, new Places.Reading(0.1, Map.of(Factor.HEALTH, 0.9)));
    Outcome refused = request(experiment("a", GONE, LASTS)).orElseThrow();
    assertThat(refused.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(refused.reasons())
        .anyMatch(why -> why.contains("merit of the place that serves site"));

    world.merit.clear();
    world.route(SITE, 2, RouteState.FROZEN, EAST);
    assertThat(request(experiment("b", GONE, LASTS)).orElseThrow().reasons())
        .anyMatch(why -> why.contains("site is not served"));

    world.route(SITE, 3, RouteState.SERVING, EAST);
    world.pause.set(true, "me");
    assertThat(request(experiment("c", GONE, LASTS)).orElseThrow().reasons())
        .anyMatch(why -> why.contains("paused"));
    assertThat(world.records.begun(10)).isEmpty();
  }

  @Test
  void pauseStopsItAtOnce() {
    world.begin("x", GONE, LASTS);
    pass(Duration.ofSeconds(3));
    assertThat(injected.now()).isPresent();
    world.pause.set(true, "me");

    process.round();

    assertThat(injected.now()).isEmpty();
    assertThat(outcome("x").verdict()).isEqualTo(Verdict.STOPPED);
    assertThat(outcome("x").reasons().getFirst()).contains("paused");
  }

  @Test
  void aMoveThatTheTroubleWasAReasonForIsMeasured() {
    world.begin("x", GONE, LASTS);
    pass(Duration.ofSeconds(4));
    world.rolledBack(SITE, 1, By.AUTOMATION, Terminal.SERVING);
    over();
    assertThat(outcome("x").verdict()).as(outcome("x").toString()).isEqualTo(Verdict.PASSED);
    Outcome.Effects effects = outcome("x").effects().orElseThrow();
    assertThat(effects.switches()).isEqualTo(1);
    assertThat(effects.falseSwitches()).isEmpty();
    assertThat(effects.rtoSeconds()).contains(4.0);
    assertThat(effects.rpoSeconds()).contains(56.0);
    assertThat(effects.rollbacks()).containsExactly("site-e1");
  }

  @Test
  void aMoveWithoutAReasonStopsItAndIsNeverAPass() {
    world.begin("x", GONE, LASTS);
    pass(Duration.ofSeconds(4));
    world.rolledBack(SHOP, 1, By.AUTOMATION, Terminal.SERVING);
    pass(Duration.ofSeconds(1));
    assertThat(injected.now()).isEmpty();
    assertThat(outcome("x").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(outcome("x").effects().orElseThrow().falseSwitches()).containsExactly("shop-e1");
    assertThat(outcome("x").reasons()).anyMatch(why -> why.contains("shop-e1"));
  }

  @Test
  void aPersonsRollbackIsNoFalseSwitch() {
    world.begin("x", new Trouble.Latency(EAST, Duration.ofMillis(1), 1), LASTS);
    pass(Duration.ofSeconds(4));
    world.rolledBack(SHOP, 1, By.PERSON, Terminal.SERVING);
    over();
    assertThat(outcome("x").verdict()).as(outcome("x").toString()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void aRollbackThatFailsFailsTheExperimentAlsoAStoppedOne() {
    world.begin("x", GONE, LASTS);
    pass(Duration.ofSeconds(4));
    world.rolledBack(SITE, 1, By.AUTOMATION, Terminal.FAILED);
    world.run.stop("x", "me", "enough");
    pass(Duration.ofMinutes(1));
    assertThat(outcome("x").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(outcome("x").reasons()).anyMatch(why -> why.contains("a rollback failed: site-e1"));
  }

  @Test
  void aProcessThatDiesWithTheTroubleOnFailsTheExperimentAndTheTroubleIsGone() {
    world.begin("x", GONE, LASTS);
    pass(Duration.ofSeconds(4)); // From here on `one` is dead, and nobody looks.
    world.clock.forward(LASTS);
    Injected other = new Injected(world.clock::nanos);
    WatchTrouble restarted = new WatchTrouble(world.records, other, "two");
    restarted.look();
    assertThat(world.run.attend()).as("it may still say so").isTrue();
    world.clock.forward(Expected.DEFAULT.settles());

    assertThat(world.run.attend()).isFalse();

    assertThat(other.now()).isEmpty();
    assertThat(outcome("x").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(outcome("x").reasons())
        .anyMatch(why -> why.contains("process one never said that it took the trouble back"));
  }

  @Test
  void whatIsNotSteadyAgainInTimeFails() {
    world.begin("x", GONE, LASTS);
    pass(Duration.ofSeconds(4));
    world.route(SITE, 2, RouteState.FROZEN, EAST);
    over();
    assertThat(world.records.outcome("x")).as("it has time").isEmpty();
    pass(Expected.DEFAULT.settles());
    assertThat(outcome("x").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(outcome("x").reasons()).anyMatch(why -> why.contains("not steady after it: site"));
  }

  @Test
  void whatIsMissedRaisesTheWeightOnce() {
    MeritWeights configured = MeritWeights.DEFAULT;
    Expected noticed =
        new Expected(
            Optional.empty(), 10, 0.1, Duration.ofMinutes(1), Optional.of(Duration.ofSeconds(9)));
    world.merit.put(SITE, new Places.Reading(0.8, Map.of(Factor.LATENCY, 0.1)));
    request(new Experiment("x", "x", GONE, LASTS, noticed, "me"));
    pass(Duration.ofSeconds(4));
    world.merit.put(SITE, new Places.Reading(0.75, Map.of(Factor.LATENCY, 0.5)));
    pass(Duration.ofSeconds(4));
    world.merit.put(SITE, new Places.Reading(0.8, Map.of(Factor.LATENCY, 0.1)));
    over();

    assertThat(outcome("x").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(outcome("x").reasons()).anyMatch(why -> why.contains("noticed within"));
    double learned = world.weights.inForce(configured).latency();
    assertThat(learned).isEqualTo(configured.latency() * Math.exp(0.1 * 0.5));
    assertThat(world.weights.newest(9)).hasSize(1);
    assertThat(world.weights.newest(9).getFirst().cause()).isEqualTo("experiment x");
    var again = world.weights.newest(9).getFirst().evidence();
    assertThat(world.weights.refine(configured, "again", again)).isEmpty();
    assertThat(world.weights.inForce(configured).latency()).isEqualTo(learned);
  }

  @Test
  void aLessonThatCouldNotBeKeptIsLearnedLater() {
    Expected noticed =
        new Expected(
            Optional.empty(), 10, 0.1, Duration.ofMinutes(1), Optional.of(Duration.ofSeconds(9)));
    world.merit.put(SITE, new Places.Reading(0.8, Map.of(Factor.LATENCY, 0.5)));
    request(new Experiment("x", "x", GONE, LASTS, noticed, "me"));
    world.faults.failBefore(
        Operation.CREATE, 1, Kind.TRANSIENT, name -> name.startsWith("merit/weights"));

    assertThatThrownBy(this::over).isInstanceOf(ObjectStoreException.class);
    assertThat(outcome("x").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(world.weights.newest(9)).isEmpty();
    world.run.attend();

    assertThat(world.weights.newest(9)).hasSize(1);
    long before = world.calls.get();
    assertThat(world.run.attend()).isFalse();
    assertThat(world.calls.get() - before).as("one small question").isEqualTo(1);
  }

  @Test
  void whatMeritNoticesIsTheTimeOfDetection() {
    world.merit.put(SITE, new Places.Reading(0.9, Map.of()));
    world.begin("x", GONE, LASTS);
    pass(Duration.ofSeconds(5));
    world.merit.put(SITE, new Places.Reading(0.7, Map.of(Factor.HEALTH, 0.5)));
    over();
    assertThat(outcome("x").effects().orElseThrow().detectionSeconds()).contains(5.0);
  }

  @Test
  void anotherResourceMayBeNamedAsOneThatMoves() {
    Expected expected =
        new Expected(
            Optional.of(List.of(new ResourceName("shop"))),
            1,
            0,
            Duration.ofMinutes(1),
            Optional.empty());
    request(new Experiment("x", "x", GONE, LASTS, expected, "me"));
    pass(Duration.ofSeconds(1));
    world.rolledBack(SHOP, 1, By.AUTOMATION, Terminal.SERVING);
    over();
    assertThat(outcome("x").verdict()).as(outcome("x").toString()).isEqualTo(Verdict.PASSED);
  }
}
