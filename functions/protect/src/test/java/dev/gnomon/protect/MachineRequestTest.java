package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Demand;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A machine that asks for a rollback is a cause for automation, not a command.
class MachineRequestTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final Target.OfResource THE_SITE = new Target.OfResource(SITE);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private Decision ask(Target target, Optional<Instant> onset, String eventId) {
    return ask(target, onset, Optional.empty(), eventId);
  }

  private Decision ask(
      Target target, Optional<Instant> onset, Optional<Instant> noticed, String eventId) {
    RollbackRequest request =
        new RollbackRequest(
            target,
            Optional.empty(),
            Optional.empty(),
            true,
            By.AUTOMATION,
            "webhook of github 'ci', delivery d-1: it failed",
            Optional.empty());
    Decision decision =
        world.automation.requested(
            new Demand(request, onset, noticed, List.of("7 of 40 fail"), eventId));
    decision.rollback().ifPresent(rollback -> world.rollbacks.advance(rollback, Optional.empty()));
    world.deliver();
    return decision;
  }

  private Decision ask(Instant onset, String eventId) {
    return ask(THE_SITE, Optional.of(onset), eventId);
  }

  @ParameterizedTest
  @CsvSource({"OBSERVE, OBSERVED", "APPROVE, WAITS_FOR_APPROVAL", "AUTO, ROLLED_BACK"})
  void isDoneAsFarAsTheResourceSays(Automation automation, Action action) {
    world.change("site", "automation", automation);
    world.restart();
    world.shadow("site");
    Map<String, String> good = world.tree("site");
    clock.forward(Duration.ofMinutes(1));
    Worlds.damage(world, "site");
    Map<String, String> broken = world.tree("site");

    Decision decision = ask(clock.instant(), "e1");

    assertThat(decision.action()).isEqualTo(action);
    assertThat(decision.trigger()).isEqualTo("webhook of github 'ci', delivery d-1: it failed");
    assertThat(decision.evidence()).containsExactly("7 of 40 fail");
    assertThat(Worlds.decision(world, SITE, "e1")).isEqualTo(decision);
    boolean acts = action == Action.ROLLED_BACK;
    assertThat(decision.rollback()).isEqualTo(acts ? Optional.of("site-e1") : Optional.empty());
    assertThat(world.tree("site")).isEqualTo(acts ? good : broken);
    assertThat(world.notices).hasSize(acts ? 0 : 1);
  }

  @Test
  void isNotDoneWhileAutomationIsPausedNorWhenItIsResumed() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Instant onset = clock.instant();
    world.pause.set(true, "a person");

    Decision paused = ask(onset, "e1");
    world.pause.set(false, "a person");
    Decision again = ask(onset, "e1");

    assertThat(paused.action()).isEqualTo(Action.PAUSED);
    assertThat(again).isEqualTo(paused);
    assertThat(world.route("site").epoch().value()).isEqualTo(1);
  }

  @Test
  void whatCantBeFencedIsLeftAlone() {
    world.change("site", "allowAdvisoryFence", false);
    world.fences = AdvisoryFence::new;
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));

    assertThat(ask(clock.instant(), "e1").reason()).contains("does not allow an advisory fence");
  }

  @Test
  void goesBackToBeforeTheOnset() {
    PointRef before = world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Instant onset = clock.instant();
    clock.forward(Duration.ofMinutes(1));
    Worlds.damage(world, "site");
    world.shadow("site");

    ask(onset, "e1");

    assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().point())
        .isEqualTo(before);
  }

  @Test
  void whoKnowsNoOnsetGetsTheNewestPoint() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Worlds.damage(world, "site");
    PointRef newest = world.shadow("site");

    ask(THE_SITE, Optional.empty(), "e1");

    assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().point())
        .isEqualTo(newest);
  }

  @Test
  void theSameEventAgainIsTheSameRollbackEvenAfterAKill() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Instant onset = clock.instant();
    world.haltAfter = "intent";
    catchThrowable(() -> ask(onset, "e1"));
    world.restart();
    world.sweep();
    long epoch = world.route("site").epoch().value();

    Decision again = ask(onset, "e1");

    assertThat(again.rollback()).contains("site-e1");
    assertThat(world.route("site").epoch().value()).isEqualTo(epoch);
  }

  @Test
  void troubleThatARollbackHasAnsweredGetsNoSecondOne() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Instant onset = clock.instant();
    clock.forward(Duration.ofSeconds(1));
    ask(onset, "e1");
    clock.forward(Duration.ofMinutes(1));
    long epoch = world.route("site").epoch().value();

    Decision second = ask(onset.plusMillis(1), "e2");

    assertThat(second.action()).isEqualTo(Action.OBSERVED);
    assertThat(second.reason()).contains("rollback site-e1 has answered it already");
    assertThat(world.route("site").epoch().value()).isEqualTo(epoch);
  }

  /// @return points of three minutes, one a minute, the last two of damaged data
  private List<PointRef> damagedForAMinute() {
    List<PointRef> points = new ArrayList<>();
    points.add(world.shadow("site"));
    clock.forward(Duration.ofMinutes(1));
    Worlds.damage(world, "site");
    points.add(world.shadow("site"));
    clock.forward(Duration.ofMinutes(1));
    world.write(world.location("site").resolve("more"), "damage");
    points.add(world.shadow("site"));
    clock.forward(Duration.ofMinutes(1));
    return points;
  }

  private PointRef wentBackTo(String rollback) {
    return world.views.of(rollback).orElseThrow().resources().getFirst().point();
  }

  @Test
  void aRollbackToAPointFromInsideTheTroubleHasNotAnsweredIt() {
    Instant first = clock.instant();
    List<PointRef> points = damagedForAMinute();
    ask(clock.instant(), "e1");
    clock.forward(Duration.ofMinutes(1));

    Decision earlier = ask(first.plusSeconds(30), "e2");
    Decision again = ask(first.plusSeconds(31), "e3");

    assertThat(wentBackTo("site-e1")).isEqualTo(points.getLast());
    assertThat(earlier.action()).isEqualTo(Action.ROLLED_BACK);
    assertThat(wentBackTo(earlier.rollback().orElseThrow())).isEqualTo(points.getFirst());
    assertThat(again.reason()).contains(earlier.rollback().get() + " has answered it already");
  }

  @Test
  void anOnsetThatIsOnlyAssumedCausesNoSecondRollback() {
    Instant first = clock.instant();
    damagedForAMinute();
    ask(clock.instant(), "e1");
    Instant noticed = clock.instant();
    clock.forward(Duration.ofSeconds(1));

    Decision second = ask(THE_SITE, Optional.of(first.plusSeconds(30)), Optional.of(noticed), "e2");

    assertThat(second.reason()).contains("rollback site-e1 has answered it already");
  }

  @Test
  void aRollbackThatRunsToAPointFromInsideTheTroubleIsAwaited() {
    Instant first = clock.instant();
    List<PointRef> points = damagedForAMinute();
    Instant noticed = clock.instant();
    world.haltAfter = "fence";
    catchThrowable(() -> ask(noticed, "e1"));
    world.restart();
    clock.forward(Duration.ofSeconds(1));

    assertThatThrownBy(() -> ask(first.plusSeconds(30), "e2"))
        .isInstanceOf(Busy.class)
        .hasMessageContaining("rollback site-e1 of site runs and goes back to");
    Decision assumed =
        ask(THE_SITE, Optional.of(first.plusSeconds(30)), Optional.of(noticed), "e3");
    world.sweep();
    Decision later = ask(first.plusSeconds(30), "e2");

    assertThat(assumed.reason()).contains("site-e1");
    assertThat(later.action()).isEqualTo(Action.ROLLED_BACK);
    assertThat(wentBackTo(later.rollback().orElseThrow())).isEqualTo(points.getFirst());
  }

  @Test
  void whatAPersonUndidIsNotDoneAgain() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Instant onset = clock.instant();
    ask(onset, "e1");
    clock.forward(Duration.ofMinutes(1));
    world.rolledBack(World.undo("site-e1"));

    Decision second = ask(onset.plusMillis(1), "e2");

    assertThat(second.action()).isEqualTo(Action.OBSERVED);
    assertThat(second.reason()).contains("a person undid an automatic rollback");
  }

  @Test
  void everyTargetIsSubjectToItsResources() {
    world.change("site", "automation", Automation.OBSERVE);
    world.restart();
    world.update("u1", "site");
    clock.forward(Duration.ofMinutes(1));
    String rollback = world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));
    Optional<Instant> onset = Optional.of(clock.instant());

    Decision update = ask(new Target.OfUpdate(new UpdateId("u1")), onset, "e1");
    Decision cell = ask(new Target.OfCell(World.EAST), onset, "e2");
    Decision undo = ask(new Target.OfRollback(rollback), onset, "e3");

    assertThat(List.of(update, cell, undo))
        .extracting(Decision::action)
        .containsOnly(Action.OBSERVED);
    assertThat(update.reason()).contains("gnomon rollback --update u1");
    assertThat(cell.reason()).contains("gnomon rollback --cell east");
    assertThat(undo.reason()).contains("gnomon undo " + rollback);
  }

  @Test
  void theLimitOnDeletesHoldsWhateverTheRequestSays() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    for (int i = 0; i < 20; i++) {
      world.write(world.location("site").resolve("more/file" + i), "new");
    }
    Map<String, String> before = world.tree("site");

    ask(clock.instant(), "e1");

    assertThat(world.views.of("site-e1").orElseThrow().state()).isEqualTo(State.FAILED);
    assertThat(world.tree("site")).isEqualTo(before);
  }

  @Test
  void whatNobodyKnowsIsRefused() {
    for (Target target :
        List.of(
            new Target.OfResource(new ResourceName("other")),
            new Target.OfUpdate(new UpdateId("u9")),
            new Target.OfRollback("site-e9"),
            new Target.OfCell(World.WEST))) {
      assertThatThrownBy(() -> ask(target, Optional.empty(), "e1")).isInstanceOf(Refusal.class);
    }
    assertThat(world.records.names("decisions/")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"APPROVE, OBSERVE", "OBSERVE, APPROVE"})
  void whatActsTogetherIsBoundByWhatAllowsLeast(Automation one, Automation other) {
    world.change("site", "automation", one);
    world.resource("other", RollbackMode.RESTORE);
    world.change("other", "automation", other);
    world.restart();
    world.shadow("site");
    world.shadow("other");

    Decision decision = ask(new Target.OfCell(World.EAST), Optional.empty(), "e1");

    assertThat(decision.action()).isEqualTo(Action.OBSERVED);
    assertThat(decision.reason()).contains("automation observe");
  }
}
