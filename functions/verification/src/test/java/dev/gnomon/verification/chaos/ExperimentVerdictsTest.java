package dev.gnomon.verification.chaos;

import static dev.gnomon.verification.chaos.ChaosWorld.SHOP;
import static dev.gnomon.verification.chaos.ChaosWorld.SITE;
import static dev.gnomon.verification.chaos.ChaosWorld.experiment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.Outcome;
import dev.gnomon.core.chaos.Outcome.Verdict;
import dev.gnomon.core.chaos.Places.Reading;
import dev.gnomon.core.chaos.RunExperiments;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.merit.Factor;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Steps.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What an experiment must not be said to have shown.
class ExperimentVerdictsTest {
  private static final CellName EAST = new CellName("east");
  private static final Trouble GONE = new Trouble.Partition(EAST);
  private static final Duration LASTS = Duration.ofSeconds(30);

  private final ChaosWorld world = new ChaosWorld();
  private final ProcessInTrouble process = new ProcessInTrouble(world);

  private void begin(int switches, Optional<Duration> noticed) {
    Expected expected =
        new Expected(Optional.empty(), switches, 0.1, Duration.ofMinutes(2), noticed);
    assertThat(process.request(new Experiment("x", "x", GONE, LASTS, expected, "me"))).isEmpty();
  }

  private Outcome outcome() {
    return process.outcome("x");
  }

  @Test
  void moreMovesThanExpectedFailItAlsoWhenTheyComeWhileItSettles() {
    begin(0, Optional.empty());
    process.pass(LASTS.plusSeconds(1));
    world.rolledBack(SITE, 1, By.AUTOMATION, Terminal.SERVING);
    process.over(LASTS);
    assertThat(outcome().verdict()).as(outcome().toString()).isEqualTo(Verdict.FAILED);
    assertThat(outcome().reasons())
        .contains("automation moved resources 1 times, expected at most 0");
  }

  @Test
  void whatItsEvidenceMovesAfterItIsPartOfIt() {
    begin(10, Optional.empty());
    process.pass(LASTS.plusSeconds(40)); // Probes of the last minute still say that east is gone.
    assertThat(world.records.outcome("x")).isEmpty();
    world.rolledBack(SHOP, 1, By.AUTOMATION, Terminal.SERVING);
    process.over(LASTS);
    assertThat(outcome().verdict()).isEqualTo(Verdict.FAILED);
    assertThat(outcome().effects().orElseThrow().falseSwitches()).containsExactly("shop-e1");
  }

  @Test
  void nobodyMissesWhatWasTakenBackBeforeItWasDue() {
    world.merit.put(SITE, new Reading(0.8, Map.of(Factor.LATENCY, 0.5)));
    begin(10, Optional.of(Duration.ofSeconds(20)));
    process.pass(Duration.ofSeconds(2));
    world.run.stop("x", "me", "enough");
    process.over(LASTS);
    assertThat(outcome().verdict()).isEqualTo(Verdict.STOPPED);
    assertThat(world.weights.newest(9)).isEmpty();
  }

  @Test
  void nobodyMissesWhatTouchedNothing() {
    world.merit.put(SITE, new Reading(0.8, Map.of(Factor.LATENCY, 0.5)));
    begin(10, Optional.of(Duration.ofSeconds(20)));
    world.clock.forward(LASTS.plusMinutes(2)); // No process ever made it.
    process.round();
    assertThat(outcome().verdict()).isEqualTo(Verdict.FAILED);
    assertThat(world.weights.newest(9)).isEmpty();
  }

  @Test
  void pointsThatGrowOldAreNoSignOfTrouble() {
    world.merit.put(SITE, new Reading(0.8, Map.of(Factor.HEALTH, 0.1, Factor.FRESHNESS, 0.0)));
    begin(10, Optional.of(Duration.ofSeconds(20)));
    process.pass(Duration.ofSeconds(4));
    world.merit.put(SITE, new Reading(0.5, Map.of(Factor.HEALTH, 0.1, Factor.FRESHNESS, 0.9)));
    process.over(LASTS);
    assertThat(outcome().effects().orElseThrow().detectionSeconds()).isEmpty();
    assertThat(outcome().verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void aProcessThatIsStartedInTheMiddleKnowsHowMeritWasBefore() {
    world.merit.put(SITE, new Reading(0.9, Map.of(Factor.HEALTH, 0.0)));
    begin(10, Optional.of(Duration.ofSeconds(20)));
    world.clock.forward(Duration.ofSeconds(5)); // Nobody looked until then.
    world.merit.put(SITE, new Reading(0.7, Map.of(Factor.HEALTH, 0.5)));
    process.over(LASTS);
    assertThat(outcome().effects().orElseThrow().detectionSeconds()).contains(5.0);
  }

  @Test
  void whatWasStoppedBeforeItBeganNeverBegins() {
    Experiment wanted = experiment("x", GONE, LASTS);
    world.askedOnly(wanted);

    assertThat(world.run.stop("x", "me", "enough")).isPresent();

    assertThat(process.request(wanted)).contains(outcome());
    process.round();
    assertThat(process.injected.now()).isEmpty();
    assertThat(outcome().verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(outcome().reasons().getFirst()).contains("stopped by me before it began");
    assertThat(world.run.stop("x", "me", "again")).isEmpty();
  }

  @Test
  void whatWasAskedForLongAgoIsRefused() {
    Experiment wanted = experiment("x", GONE, LASTS);
    Outcome late =
        world
            .run
            .request(wanted, world.clock.instant().minus(RunExperiments.MAX_WAIT).minusSeconds(1))
            .orElseThrow();
    assertThat(late.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(late.reasons()).anyMatch(why -> why.contains("ask again under another id"));
    assertThat(world.records.begun(9)).isEmpty();
  }

  @Test
  void aClockThatGoesBackDoesNotProlongIt() {
    begin(10, Optional.empty());
    process.pass(Duration.ofSeconds(10));
    world.clock.setBack(Duration.ofSeconds(9)); // still behind its begin
    process.pass(Duration.ofSeconds(19));
    assertThat(process.injected.now()).isPresent();

    process.pass(Duration.ofSeconds(2));

    assertThat(process.injected.now()).isEmpty();
  }

  @Test
  void aPauseThatWasLiftedAtOnceStopsItToo() {
    begin(10, Optional.empty());
    process.pass(Duration.ofSeconds(2));
    world.pause.set(true, "me");
    world.pause.set(false, "me");
    process.over(LASTS);
    assertThat(outcome().verdict()).isEqualTo(Verdict.STOPPED);
    assertThat(outcome().reasons().getFirst()).contains("paused");
  }

  @Test
  void nothingIsBegunWhileAResourceWaitsForItsOldPrimary() {
    world.awayFromItsPrimary(SITE, 1);
    Outcome refused = process.request(experiment("x", GONE, LASTS)).orElseThrow();
    assertThat(refused.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(refused.reasons())
        .containsExactly(
            "not steady before it: rollback site-e1 of site waits for the old primary");
  }

  @Test
  void howFarItWentBackIsThatOfThePointThatWasUsed() {
    begin(10, Optional.empty());
    process.pass(Duration.ofSeconds(4));
    world.rolledBackTo(SITE, 1, 2);
    process.over(LASTS);
    assertThat(outcome().effects().orElseThrow().rpoSeconds()).contains(596.0);
  }

  @Test
  void whatCannotBeNoticedIsNotExpectedTo() {
    Expected late =
        new Expected(
            Optional.empty(), 1, 0, Duration.ofMinutes(1), Optional.of(LASTS.plusSeconds(1)));
    assertThat(
            process
                .request(new Experiment("x", "x", new Trouble.DeadRedis(), LASTS, late, "me"))
                .orElseThrow()
                .reasons())
        .hasSize(2)
        .anyMatch(why -> why.contains("it can't be noticed after it"))
        .anyMatch(why -> why.contains("the trouble happens to no cell"));
  }

  @Test
  void theClockOfTheControlCellIsLeftAlone() {
    Trouble skew = new Trouble.ClockSkew(new CellName("west"), Duration.ofSeconds(9));
    assertThat(process.request(experiment("x", skew, LASTS)).orElseThrow().reasons())
        .anyMatch(why -> why.contains("its times are kept in the control records"));
  }

  @Test
  void whoeverWantsToKnowIsToldOfEachThatBegan() {
    begin(0, Optional.empty());
    process.over(LASTS);
    process.request(experiment("y", new Trouble.Partition(new CellName("nowhere")), LASTS));
    process.over(LASTS);
    assertThat(world.told).isEqualTo(List.of("x PASSED"));
  }
}
