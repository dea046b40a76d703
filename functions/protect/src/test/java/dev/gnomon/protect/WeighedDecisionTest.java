package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.DecisionPolicy;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.decision.Option;
import dev.gnomon.core.decision.Outlook;
import dev.gnomon.core.decision.Weighing;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Predictions are weighed by expected loss; the decision says all the numbers.
class WeighedDecisionTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  private void install(RollbackMode mode) {
    world.resource("site", mode);
    Worlds.fill(world, "site", "good");
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
  }

  @BeforeEach
  void begin() {
    world = new World(root, Worlds.cells(clock));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private Set<String> predict(double p, Instant onset, String eventId) {
    return Worlds.predict(world, prediction(p, 1, onset, eventId));
  }

  private static Prediction prediction(double p, double confidence, Instant onset, String eventId) {
    return new Prediction(
        List.of(SITE),
        onset,
        onset.plusSeconds(60),
        confidence,
        List.of("x"),
        eventId,
        Optional.of(p),
        Optional.of(Duration.ofMinutes(10)),
        Optional.of("fused-3"),
        List.of("latency is 7 times its usual one"));
  }

  private List<Decision> decisions() {
    return world.decisions.newest(List.of(SITE), 100);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void theRecordSaysAllTheNumbers(RollbackMode mode) {
    install(mode);
    PointRef point = world.newest("site");

    predict(0.8, clock.instant(), "p1");

    Decision decision = world.decisions.find("site-d1").orElseThrow();
    assertThat(decision.action()).isEqualTo(Action.ROLLED_BACK);
    Weighing weighing = decision.weighing().orElseThrow();
    assertThat(weighing.forecast().probability()).contains(0.8);
    assertThat(weighing.forecast().model()).contains("fused-3");
    assertThat(weighing.forecast().leadSeconds()).isCloseTo(60, within(1.0));
    assertThat(weighing.lossSeconds()).isCloseTo(60, within(1.0));
    assertThat(weighing.weight()).isEqualTo(1);
    assertThat(weighing.point()).contains(point);
    assertThat(weighing.chosen().mode()).contains(mode);
    assertThat(weighing.costs()).allSatisfy(cost -> assertThat(cost.terms()).isNotEmpty());
    assertThat(weighing.costs().stream().flatMap(cost -> cost.effort().stream()))
        .allSatisfy(effort -> assertThat(effort.basis()).isNotBlank());
    assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().mode())
        .isEqualTo(mode);
  }

  @Test
  void smallRiskOfASmallLossIsLivedWith() {
    install(RollbackMode.RESTORE);

    assertThat(predict(0.05, clock.instant(), "p1")).isEmpty();

    assertThat(decisions())
        .singleElement()
        .satisfies(decision -> {
          assertThat(decision.action()).isEqualTo(Action.STAYED);
          assertThat(decision.reason()).contains("stay is expected to cost least");
        });
    assertThat(world.notices).isEmpty();
  }

  @Test
  void aFailureThatIsAMonthOffCostsNoMonthOfWritesToWaitFor() {
    install(RollbackMode.RESTORE);
    Instant onset = clock.instant();

    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE), onset, onset.plus(Duration.ofDays(30)), 0.05, List.of("x"), "p1"));

    assertThat(decisions())
        .singleElement()
        .satisfies(decision ->
            assertThat(decision.weighing().orElseThrow().forecast().leadSeconds())
                .isEqualTo(Duration.ofHours(1).toSeconds()));
  }

  @Test
  void ofTwoResourcesWithTheSameRiskTheCriticalOneIsActedOn() {
    install(RollbackMode.RESTORE);
    world.change("site", "priority", Priority.LOW);
    world.restart();
    assertThat(predict(0.15, clock.instant(), "p1")).isEmpty();

    world.change("site", "priority", Priority.CRITICAL);
    world.restart();

    assertThat(predict(0.15, clock.instant(), "p2")).hasSize(1);
  }

  @Test
  void weightsOfTheCatalogueCount() {
    world.policies =
        Policies.DEFAULT.deciding(
            new DecisionPolicy(
                java.util.Map.of(
                    Priority.CRITICAL, 50.0,
                    Priority.HIGH, 50.0,
                    Priority.NORMAL, 50.0,
                    Priority.LOW, 1.0),
                DecisionPolicy.DEFAULT.prices(),
                DecisionPolicy.DEFAULT.approvals(),
                DecisionPolicy.DEFAULT.limits()));
    install(RollbackMode.RESTORE);

    assertThat(predict(0.15, clock.instant(), "p1")).hasSize(1);
  }

  @Test
  void whatRestsOnNothingNeverTriggers() {
    install(RollbackMode.RESTORE);
    world.change("site", "limits", new dev.gnomon.core.catalogue.Limits(20, 0));
    world.restart();

    Set<String> begun = Worlds.predict(world, prediction(1, 0, clock.instant(), "p1"));

    assertThat(begun).isEmpty();
    assertThat(decisions().getFirst().action()).isEqualTo(Action.STAYED);
    assertThat(decisions().getFirst().reason()).contains("inconclusive");
  }

  @Test
  void oneRecordForEachChangeOfMindAndNotForEachSample() {
    install(RollbackMode.RESTORE);
    Instant onset = clock.instant();
    for (int sample = 0; sample < 10; sample++) {
      predict(0.05, onset, "calm-" + sample);
      clock.forward(Duration.ofSeconds(1));
    }
    for (int sample = 0; sample < 10; sample++) {
      predict(0.9, onset, "alarm-" + sample);
      clock.forward(Duration.ofSeconds(1));
    }

    assertThat(decisions())
        .extracting(Decision::action)
        .containsExactly(Action.OBSERVED, Action.ROLLED_BACK, Action.STAYED);
    assertThat(decisions().getFirst().reason()).contains("has answered it already");
    assertThat(decisions())
        .extracting(one -> one.id().orElseThrow())
        .containsExactly("site-d3", "site-d2", "site-d1");
  }

  @Test
  void anHourOfWritesAtRiskGetsOneFreshShadowAnEpisode() {
    install(RollbackMode.RESTORE);
    clock.forward(Duration.ofHours(1));
    Instant onset = clock.instant();

    world.change("site", "limits", new dev.gnomon.core.catalogue.Limits(20, 1));
    world.restart();
    for (int sample = 0; sample < 5; sample++) {
      Worlds.predict(world, prediction(0.3, 0.9, onset, "p" + sample));
      clock.forward(Duration.ofSeconds(1));
    }

    assertThat(decisions()).extracting(Decision::action).contains(Action.PRE_STAGED);
    assertThat(world.points("site"))
        .filteredOn(point -> point.kind() == PointKind.PREDICTED)
        .singleElement()
        .extracting(Point::files)
        .isEqualTo(20L);
    assertThat(world.told(Fact.ShadowCreated.class)).hasSize(2);
  }

  @Test
  void aResourceThatIsOnlyObservedGetsNoFreshShadowEither() {
    install(RollbackMode.RESTORE);
    clock.forward(Duration.ofHours(1));
    world.change("site", "limits", new dev.gnomon.core.catalogue.Limits(20, 1));
    world.change("site", "automation", Automation.OBSERVE);
    world.restart();

    Worlds.predict(world, prediction(0.3, 0.9, clock.instant(), "p1"));

    assertThat(decisions().getFirst().action()).isEqualTo(Action.OBSERVED);
    assertThat(decisions().getFirst().reason()).contains("gnomon shadow --resource site");
    assertThat(world.points("site")).hasSize(1);
  }

  @Test
  void aCopyThatHoldsThePointIsNotTakenAwayByAFreshShadow() {
    install(RollbackMode.SWITCH);

    predict(0.8, clock.instant(), "p1");

    assertThat(decisions().getFirst().weighing().orElseThrow().closed())
        .extracting(Outlook.Closed::option)
        .contains(Option.PRE_STAGE, Option.RESTORE, Option.SWITCH_AND_RESTORE);
  }

  @Test
  void estimatesComeFromWhatWasMeasured() {
    install(RollbackMode.SWITCH);
    predict(0.8, clock.instant(), "p1");
    clock.forward(Duration.ofMinutes(1));
    world.rolledBack(World.undo("site-e1"));
    clock.forward(Duration.ofMinutes(1));
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));

    predict(0.8, clock.instant(), "p2");

    assertThat(decisions().getFirst().weighing().orElseThrow().costs())
        .filteredOn(cost -> cost.option() == Option.SWITCH)
        .singleElement()
        .satisfies(cost -> assertThat(cost.effort().orElseThrow().basis()).contains("median of"));
  }

  @Test
  void decisionsOfEarlierVersionsAreStillRead() {
    install(RollbackMode.RESTORE);
    String old =
        """
        {"attempt":"a","time":"2026-01-01T00:00:00Z","record":{"resource":"site",
        "trigger":"t","evidence":["e"],"action":"OBSERVED","reason":"r",
        "time":"2026-01-01T00:00:00Z"}}\
        """;
    world
        .objects
        .get(World.WEST)
        .create(
            ObjectName.of("decisions", SITE, Answers.key("old")),
            old.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    predict(0.8, clock.instant(), "p1");

    assertThat(decisions()).hasSize(2);
    assertThat(decisions().getLast().trigger()).isEqualTo("t");
    assertThat(decisions().getLast().id()).isEmpty();
  }
}
