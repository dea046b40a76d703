package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Predicted risk takes a fresh shadow at once, one for each trouble.
class FreshShadowsTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private Instant onset;

  /// Automation may prepare, and is never sure enough to roll back.
  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    world.resource("site", RollbackMode.SWITCH);
    Worlds.fill(world, "site", "good");
    world.change("site", "limits", new Limits(20, 1));
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    onset = clock.instant();
    clock.forward(Duration.ofMinutes(1));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private Prediction prediction(double p, Instant began, String eventId) {
    return new Prediction(
        List.of(SITE),
        began,
        clock.instant().plusSeconds(600),
        0.9,
        List.of("x"),
        eventId,
        Optional.of(p),
        Optional.of(Duration.ofMinutes(10)),
        Optional.of("fused-3"),
        List.of());
  }

  private void predict(double p, String eventId) {
    Worlds.predict(world, prediction(p, onset, eventId));
  }

  private List<Point> fresh() {
    return world.points("site").stream()
        .filter(point -> point.kind() == PointKind.PREDICTED)
        .toList();
  }

  private Decision newest() {
    return world.decisions.newest(List.of(SITE), 1).getFirst();
  }

  @Test
  void riskTakesAShadowAtOnceAlsoWhereNothingElseIsDone() {
    predict(0.4, "p1");

    assertThat(newest().action()).isEqualTo(Action.OBSERVED);
    assertThat(newest().reason()).contains("minConfidence");
    assertThat(fresh()).hasSize(1);
    assertThat(world.told(Fact.ShadowFailed.class)).isEmpty();
  }

  @Test
  void riskBelowTheThresholdTakesNone() {
    predict(0.09, "p1");

    assertThat(fresh()).isEmpty();
  }

  @Test
  void whatRestsOnNothingTakesNone() {
    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE),
            onset,
            clock.instant(),
            0,
            List.of("x"),
            "p1",
            Optional.of(0.9),
            Optional.empty(),
            Optional.empty(),
            List.of()));

    assertThat(fresh()).isEmpty();
  }

  @Test
  void oneTroubleGetsOneShadowHoweverOftenItIsPredicted() {
    for (int time = 0; time < 30; time++) {
      predict(0.4 + 0.01 * time, "p" + time);
      predict(0.4 + 0.01 * time, "p" + time);
      clock.forward(Duration.ofMinutes(2));
    }

    assertThat(fresh()).hasSize(1);
  }

  @Test
  void predictorsThatDifferAboutTheOnsetGetOneShadow() {
    predict(0.4, "p1");
    clock.forward(Duration.ofMinutes(1));

    Worlds.predict(world, prediction(0.8, clock.instant(), "of another predictor"));

    assertThat(fresh()).hasSize(1);
  }

  @Test
  void theNextTroubleGetsItsOwn() {
    predict(0.4, "p1");
    clock.forward(Duration.ofHours(2));

    Worlds.predict(world, prediction(0.4, clock.instant(), "p2"));

    assertThat(fresh()).hasSize(2);
  }

  @Test
  void whoeverWasKilledBeforeItAnsweredAsksForTheSameShadowAgain() {
    List<Fact> lost = world.automation.predicted(prediction(0.4, onset, "p1"), id -> {});

    world.restart();
    List<Fact> again = world.automation.predicted(prediction(0.4, onset, "p1"), id -> {});

    assertThat(again).isEqualTo(lost).hasSize(1);
  }

  @Test
  void ofProcessesThatRaceOneAsks() throws Exception {
    World other = new World(root, world.objects);
    other.resources.addAll(world.resources);
    other.restart();
    List<Callable<List<Fact>>> predictions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      World one = i % 2 == 0 ? world : other;
      String event = "p" + i;
      predictions.add(() -> one.automation.predicted(prediction(0.4, onset, event), id -> {}));
    }

    List<Fact> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Fact>> done : threads.invokeAll(predictions)) {
        asked.addAll(done.get());
      }
    }

    assertThat(asked).hasSize(1);
  }

  @Test
  void observeTakesNoneAndApproveTakesOneWhileItWaits() {
    world.change("site", "automation", Automation.OBSERVE);
    world.restart();
    predict(0.9, "p1");
    assertThat(fresh()).isEmpty();

    world.change("site", "automation", Automation.APPROVE);
    world.change("site", "limits", new Limits(20, 0));
    world.restart();
    predict(0.9, "p2");

    assertThat(newest().action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
    assertThat(fresh()).hasSize(1);
    assertThat(world.served("site")).isEqualTo(world.location("site"));
  }

  @Test
  void aPauseSkipsItAlsoBetweenTheRequestAndTheCapture() {
    world.pause.set(true, "a test");
    predict(0.4, "p1");
    assertThat(fresh()).isEmpty();

    world.pause.set(false, "a test");
    List<Fact> wanted = world.automation.predicted(prediction(0.4, onset, "p2"), id -> {});
    world.pause.set(true, "a test");
    wanted.forEach(world::deliver);
    assertThat(wanted).hasSize(1);
    assertThat(fresh()).isEmpty();

    world.pause.set(false, "a test");
    clock.forward(Duration.ofHours(1));
    predict(0.4, "p3");

    assertThat(fresh()).hasSize(1);
  }

  @Test
  void whatIsBeingRolledBackGetsNone() {
    world.change("site", "limits", new Limits(20, 0));
    world.restart();
    List<Fact> wanted = world.automation.predicted(prediction(0.9, onset, "p1"), id -> {});
    assertThat(newest().action()).isEqualTo(Action.ROLLED_BACK);
    assertThat(wanted).isEmpty();

    world.change("site", "limits", new Limits(20, 1));
    world.restart();

    assertThat(world.automation.predicted(prediction(0.4, onset, "p2"), id -> {})).isEmpty();
    assertThat(fresh()).isEmpty();
  }

  @Test
  void aCopyThatHoldsThePointBeforeTheTroubleStaysAtIt() {
    PointRef before = world.newest("site");
    Worlds.damage(world, "site");

    predict(0.4, "p1");

    assertThat(fresh()).hasSize(1);
    var replica =
        world
            .surroundings
            .replicas()
            .of(world.catalogue.resource(SITE).orElseThrow())
            .orElseThrow();
    assertThat(replica.newest().orElseThrow().point()).contains(before);
  }

  @Test
  void whatWasTakenAtRiskIsNotGoneBackToWhileThereIsAnother() {
    PointRef before = world.newest("site");
    Map<String, String> good = world.tree("site");
    Worlds.damage(world, "site");
    predict(0.4, "p1");
    clock.forward(Duration.ofHours(2));

    // The onset of this one lies behind the fresh shadow.
    world.change("site", "limits", new Limits(20, 0));
    world.restart();
    Worlds.predict(world, prediction(0.9, clock.instant(), "p2"));

    assertThat(newest().weighing().orElseThrow().point()).contains(before);
    assertThat(newest().reason()).contains("but was taken when a failure was predicted");
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void whoeverSaysATimeGetsTheNewestPointBeforeIt() {
    Worlds.damage(world, "site");
    predict(0.4, "p1");
    clock.forward(Duration.ofMinutes(5));
    PointId taken = fresh().getFirst().id();

    String rollback =
        world.rolledBack(
            World.to("site", Optional.of(clock.instant().toString()), Optional.empty()));

    assertThat(world.views.of(rollback).orElseThrow().resources().getFirst().point())
        .hasToString("west:" + taken);
  }

  @Test
  void whereThereIsNoOtherPointItIsBetterThanNone() {
    world.resource("bare", RollbackMode.RESTORE);
    Worlds.fill(world, "bare", "good");
    world.change("bare", "limits", new Limits(20, 1));
    world.restart();
    Map<String, String> good = world.tree("bare");
    Worlds.predict(
        world,
        new Prediction(List.of(new ResourceName("bare")), onset, onset, 0.9, List.of("x"), "p1"));
    Worlds.damage(world, "bare");
    clock.forward(Duration.ofMinutes(5));

    world.rolledBack(World.to("bare", Optional.empty(), Optional.empty()));

    assertThat(world.tree("bare")).isEqualTo(good);
  }

  @Test
  void shadowsTakenAtRiskPushNoOlderPointsOut() {
    PointId good = world.newest("site").point();
    world.change("site", "keep", new Keep(1, 0, 0, Optional.empty(), Set.of()));
    world.restart();
    for (int trouble = 0; trouble < 3; trouble++) {
      clock.forward(Duration.ofHours(3));
      Worlds.predict(world, prediction(0.4, clock.instant(), "p" + trouble));
    }
    assertThat(fresh()).hasSize(3);

    clock.forward(Duration.ofDays(8));
    world.expirePoints.due().forEach(world::deliver);

    assertThat(world.points("site")).extracting(Point::id).contains(good).hasSize(2);
  }
}
