package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.update.UpdateRecords.End;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AutomationTest {
  private static final ResourceName SITE = new ResourceName("site");

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

  private void automation(Automation automation) {
    world.change("site", "automation", automation);
    world.restart();
  }

  private Prediction prediction(Instant onset, String eventId) {
    return new Prediction(
        List.of(SITE), onset, onset.plusSeconds(60), 0.9, List.of("errors doubled"), eventId);
  }

  private Set<String> predict(Prediction prediction) {
    return Worlds.predict(world, prediction);
  }

  private Decision decision(String eventId) {
    return Worlds.decision(world, SITE, eventId);
  }

  @ParameterizedTest
  @CsvSource({"OBSERVE, OBSERVED", "APPROVE, WAITS_FOR_APPROVAL", "AUTO, ROLLED_BACK"})
  void actsAsFarAsTheResourceSays(Automation automation, Action action) {
    automation(automation);
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    clock.forward(Duration.ofMinutes(1));
    Worlds.damage(world, "site");
    Map<String, String> broken = world.tree("site");

    Set<String> begun = predict(prediction(clock.instant(), "p1"));

    Decision decision = decision("p1");
    assertThat(decision.action()).isEqualTo(action);
    assertThat(decision.evidence()).containsExactly("errors doubled");
    assertThat(decision.trigger()).contains("site").contains("0.90");
    if (action == Action.ROLLED_BACK) {
      assertThat(begun).containsExactly("site-e1");
      assertThat(decision.rollback()).contains("site-e1");
      assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().point())
          .isEqualTo(point);
      assertThat(world.tree("site")).isEqualTo(good);
    } else {
      assertThat(begun).isEmpty();
      assertThat(decision.reason()).contains("gnomon rollback --resource site");
      assertThat(world.tree("site")).isEqualTo(broken);
      assertThat(world.notices)
          .singleElement()
          .satisfies(notice -> assertThat(notice.severity()).isEqualTo(Severity.WARNING));
    }
  }

  @Test
  void pausedItDoesNothingUntilItIsResumed() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    world.pause.set(true, "a person");
    world.restart();

    Set<String> whilePaused = predict(prediction(clock.instant(), "p1"));
    world.pause.set(false, "a person");
    Set<String> again = predict(prediction(clock.instant(), "p1"));

    assertThat(whilePaused).isEmpty();
    assertThat(decision("p1").action()).isEqualTo(Action.PAUSED);
    assertThat(again).containsExactly("site-e1");
    assertThat(predict(prediction(clock.instant(), "p1"))).isSubsetOf("site-e1");
  }

  @Test
  void whatWasSaidLongBeforeItWasResumedIsNotDone() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    world.pause.set(true, "a person");
    world.restart();
    Set<String> unused = predict(prediction(clock.instant(), "p1"));

    clock.forward(world.catalogue.policies().decisions().approvals().expires().plusSeconds(1));
    world.pause.set(false, "a person");

    assertThat(predict(prediction(clock.instant(), "p1"))).isEmpty();
  }

  @Test
  void whatCantBeFencedIsLeftAloneUnlessThatIsAllowed() throws IOException {
    world.change("site", "allowAdvisoryFence", false);
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Process holder =
        new ProcessBuilder("/bin/sh", "-c", "exec 3>>held; echo ready; read x")
            .directory(world.location("site").toFile())
            .start();
    try (var answers = holder.inputReader()) {
      answers.readLine();

      Set<String> refused = predict(prediction(clock.instant(), "p1"));
      world.change("site", "allowAdvisoryFence", true);
      world.restart();
      Set<String> allowed = predict(prediction(clock.instant(), "p2"));

      assertThat(refused).isEmpty();
      assertThat(decision("p1").action()).isEqualTo(Action.REFUSED);
      assertThat(decision("p1").reason()).contains("does not allow an advisory fence");
      assertThat(world.notices.getFirst().severity()).isEqualTo(Severity.CRITICAL);
      assertThat(allowed).containsExactly("site-e1");
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void whatCanBeFencedIsActedOnWithoutLeave() {
    world.change("site", "allowAdvisoryFence", false);
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));

    boolean enforceable =
        world
            .surroundings
            .fence()
            .capability(
                world.catalogue.resource(SITE).orElseThrow(),
                world.firstRoutes.of(world.catalogue.resource(SITE).orElseThrow()).primary())
            .enforceable();

    assertThat(predict(prediction(clock.instant(), "p1")).isEmpty()).isEqualTo(!enforceable);
  }

  @Test
  void withoutAPointFromBeforeTheOnsetItRefuses() {
    Instant onset = clock.instant();
    clock.forward(Duration.ofMinutes(1));
    world.shadow("site");

    Set<String> begun = predict(prediction(onset, "p1"));

    assertThat(begun).isEmpty();
    assertThat(decision("p1").action()).isEqualTo(Action.REFUSED);
    assertThat(decision("p1").reason()).contains("no usable rollback point of site not after");
  }

  @Test
  void clocksMayDifferByTheTolerance() {
    PointRef older = world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    world.write(world.location("site").resolve("dir0/file0"), "a second before the onset");
    world.shadow("site");
    Instant onset = clock.instant().plus(Duration.ofMillis(1500));

    predict(prediction(onset, "p1"));

    assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().point())
        .isEqualTo(older);
  }

  @Test
  void aPointFromBeforeTheToleranceIsTaken() {
    world.shadow("site");
    world.write(world.location("site").resolve("dir0/file0"), "three seconds before");
    PointRef newer = world.shadow("site");
    Instant onset = clock.instant().plus(Duration.ofMillis(2500));

    predict(prediction(onset, "p1"));

    assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().point())
        .isEqualTo(newer);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void theSamePredictionAgainDecidesNothingNew(RollbackMode mode) {
    world.change("site", "rollback", mode);
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Prediction prediction = prediction(clock.instant(), "p1");
    predict(prediction);
    long epoch = world.route("site").epoch().value();

    Set<String> again = predict(prediction);

    assertThat(again).containsExactly("site-e1");
    assertThat(world.route("site").epoch().value()).isEqualTo(epoch);
  }

  @Test
  void killedBeforeItsDecisionIsStoredItRollsBackOnce() {
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Prediction prediction = prediction(clock.instant(), "p1");
    world.haltAfter = "intent";
    catchThrowable(() -> predict(prediction));
    world.restart();
    world.sweep();
    long epoch = world.route("site").epoch().value();

    Set<String> again = predict(prediction);

    assertThat(again).containsExactly("site-e1");
    assertThat(decision("p1").rollback()).contains("site-e1");
    assertThat(world.route("site").epoch().value()).isEqualTo(epoch);
  }

  @Test
  void aPredictionForACellIsAboutWhatIsServedFromIt() {
    assertThat(world.automation.servedFrom(World.EAST)).containsExactly(SITE);
    assertThat(world.automation.servedFrom(World.WEST)).isEmpty();
  }

  @Test
  void anUnknownResourceIsRefused() {
    Prediction unknown =
        new Prediction(
            List.of(new ResourceName("other")),
            Instant.EPOCH,
            Instant.EPOCH,
            1,
            List.of("x"),
            "p1");

    assertThatThrownBy(() -> world.automation.predicted(unknown, id -> {}))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void aResourceWhosePointsAreAwayDoesNotKeepTheOthersWaiting() {
    FlakyObjectStore away = new FlakyObjectStore(world.objects.get(World.EAST));
    world.objects.put(World.EAST, away);
    world.resource("first", RollbackMode.RESTORE);
    world.change(
        "first",
        "shadows",
        List.of(
            new ShadowSpec(
                World.EAST, ShadowType.DIFFERENTIAL, Optional.empty(), Optional.empty())));
    world.restart();
    world.shadow("site");
    Instant onset = clock.instant().plusSeconds(10);
    clock.forward(Duration.ofMinutes(1));
    away.away = true;
    List<String> begun = new ArrayList<>();
    Prediction both =
        new Prediction(
            List.of(new ResourceName("first"), SITE), onset, onset, 0.9, List.of("x"), "p1");

    Throwable fault = catchThrowable(() -> world.automation.predicted(both, begun::add));

    assertThat(begun).containsExactly("site-e1");
    assertThat(fault).isInstanceOf(ObjectStoreException.class); // so the event comes again
  }

  @Test
  void killedBeforePeopleWereToldTheyAreToldWhenTheEventComesAgain() {
    automation(Automation.OBSERVE);
    world.shadow("site");
    Prediction prediction = prediction(clock.instant().plusSeconds(10), "p1");
    dev.gnomon.core.automation.Automation dying =
        new dev.gnomon.core.automation.Automation(
            world.catalogue,
            world.records,
            world.rollbacks,
            world.firstRoutes,
            world.surroundings.fence(),
            world.pause,
            world.radius,
            world.stores,
            world.decisions,
            world.links,
            notice -> {
              throw new Killed("before it was told");
            });
    catchThrowable(() -> dying.predicted(prediction, id -> {}));

    predict(prediction);
    predict(prediction);

    assertThat(world.notices).hasSize(1);
  }

  // ---- failed updates

  private Optional<String> failed(By by) {
    UpdateId id = new UpdateId("u1");
    world.updates.end(id, End.FAILED, by, Optional.of("500s everywhere"));
    Optional<String> begun =
        world.automation.updateFailed(
            world.updateRecords.request(id).orElseThrow(),
            false,
            by,
            "500s everywhere",
            "update-failed/u1");
    begun.ifPresent(rollback -> world.rollbacks.advance(rollback, Optional.empty()));
    world.deliver();
    return begun;
  }

  @ParameterizedTest
  @CsvSource({"OBSERVE, PERSON, true", "OBSERVE, AUTOMATION, false", "AUTO, AUTOMATION, true"})
  void anUpdateThatAPersonCallsFailedIsACommand(Automation automation, By by, boolean acts) {
    automation(automation);
    world.update("u1", "site");
    Map<String, String> good = world.tree("site");
    Worlds.damage(world, "site");

    Optional<String> begun = failed(by);
    Optional<String> again = failed(by);

    assertThat(begun.isPresent()).isEqualTo(acts);
    assertThat(again).isEqualTo(begun);
    assertThat(world.tree("site").equals(good)).isEqualTo(acts);
    if (acts) {
      assertThat(world.views.of("u1-r1").orElseThrow().state()).isEqualTo(State.SERVING);
      assertThat(world.views.of("u1-r2")).isEmpty();
    }
  }

  @Test
  void aPausedAutomationStillObeysAPerson() {
    world.update("u1", "site");
    world.pause.set(true, "a person");

    assertThat(failed(By.PERSON)).contains("u1-r1");
  }

  @ParameterizedTest
  @CsvSource({"NOTIFY, NOTIFIED, 1", "IGNORE, OBSERVED, 0"})
  void onFailSaysWhatFollows(OnFail onFail, Action action, int notices) {
    world.change("site", "onFail", onFail);
    world.restart();
    world.update("u1", "site");

    Optional<String> begun = failed(By.PERSON);

    assertThat(begun).isEmpty();
    assertThat(decision("PERSON/update-failed/u1").action()).isEqualTo(action);
    assertThat(world.notices).hasSize(notices);
  }

  @Test
  void anUpdateThatFailedBeforeItWasReadyHasNothingToGoBackTo() {
    world.updates.announce(
        new UpdateId("u1"), List.of(SITE), Optional.empty(), Optional.empty(), "e1");

    Optional<String> begun = failed(By.PERSON);

    assertThat(begun).isEmpty();
    assertThat(decision("PERSON/update-failed/u1").reason()).contains("nothing to go back to");
  }
}
