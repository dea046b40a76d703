package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.Restorer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `pause` stops automatic rollbacks that are under way where nothing is kept frozen by that.
class PausedRollbackTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private Map<String, String> good;
  private Instant onset;

  @BeforeEach
  void begin() {
    world = new World(root, Worlds.cells(clock));
  }

  private void install(RollbackMode mode) {
    world.resource("site", mode);
    Worlds.fill(world, "site", "good");
    world.restart();
    world.shadow("site");
    good = world.tree("site");
    clock.forward(Duration.ofMinutes(1));
    onset = clock.instant();
    Worlds.damage(world, "site");
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void predict() {
    Worlds.predict(
        world,
        new Prediction(List.of(SITE), onset, onset.plusSeconds(60), 0.9, List.of("x"), "p1"));
  }

  /// Pauses as soon as a step was reached.
  private void pauseAt(String step) {
    world.onStep =
        reached -> {
          if (reached.equals(step)) {
            world.onStep = other -> {};
            world.pause.set(true, "a person");
          }
        };
  }

  private State state() {
    return world.views.of("site-e1").orElseThrow().state();
  }

  private void resume() {
    world.pause.set(false, "a person");
    world.sweep();
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void whatHasNotBegunToSwitchWaits(RollbackMode mode) {
    install(mode);
    pauseAt("intent");

    predict();
    world.sweep();

    assertThat(state()).isEqualTo(State.RUNNING);
    assertThat(world.route("site").epoch().value()).isEqualTo(1);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    resume();
    assertThat(state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fence", "undo", "restore", "validate"})
  void aFrozenRouteIsBroughtToRestWhateverIsPaused(String step) {
    install(RollbackMode.RESTORE);
    pauseAt(step);

    predict();
    world.sweep();

    assertThat(world.pause.paused()).isTrue();
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void theReturnToARepairedPrimaryWaits() {
    install(RollbackMode.SWITCH_AND_RESTORE);
    pauseAt("release");

    predict();
    world.sweep();

    assertThat(state()).isEqualTo(State.RUNNING);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.served("site")).startsWith(world.replica("site"));
    assertThat(world.location("site").resolve("dir1/file1")).doesNotExist();
    resume();
    assertThat(state()).isEqualTo(State.SERVING);
    assertThat(world.route("site").primary()).isEqualTo(Location.home(world.resources.getFirst()));
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void aReturnThatHasFrozenTheShadowIsEnded() {
    install(RollbackMode.SWITCH_AND_RESTORE);
    pauseAt("freeze");

    predict();
    world.sweep();

    assertThat(state()).isEqualTo(State.SERVING);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
  }

  @Test
  void whatAPersonAskedForGoesOn() {
    install(RollbackMode.SWITCH_AND_RESTORE);
    pauseAt("release");

    world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));

    assertThat(state()).isEqualTo(State.SERVING);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void whatWasDecidedLongAgoIsGivenUpWhenAllIsResumed(RollbackMode mode) {
    install(mode);
    pauseAt("intent");
    predict();
    clock.forward(Duration.ofDays(3));
    world.write(world.served("site").resolve("since"), "three days of work");

    resume();

    assertThat(state()).isEqualTo(State.FAILED);
    assertThat(world.route("site").epoch().value()).isEqualTo(1);
    assertThat(world.tree("site")).containsKey("since");
    assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().reason())
        .hasValueSatisfying(why -> assertThat(why).contains("decided before all was paused"));
    assertThat(world.open()).isEmpty();
  }

  @Test
  void whatHadBegunIsNotCalledPausedByWhoComesAfterAKill() {
    install(RollbackMode.RESTORE);
    world.haltAfter = "intent";
    org.assertj.core.api.Assertions.catchThrowable(this::predict);
    world.restart();
    world.pause.set(true, "a person");

    predict();

    Decision decision = Worlds.decision(world, SITE, "p1");
    assertThat(decision.action()).isEqualTo(Decision.Action.ROLLED_BACK);
    assertThat(decision.rollback()).contains("site-e1");
    assertThat(world.route("site").epoch().value()).isEqualTo(1);
  }

  @Test
  void theRepairOfALargePrimaryStopsInTheMiddle() {
    install(RollbackMode.SWITCH_AND_RESTORE);
    boolean[] paused = {false};
    world.restorers =
        restorer ->
            new Restorer() {
              @Override
              public RestorePlan plan(RestoreRequest request, Progress progress) {
                return restorer.plan(request, progress);
              }

              @Override
              public RestoreReport finish(RestoreRequest request) {
                return restorer.finish(request);
              }

              @Override
              public void verify(PointId point, Progress progress) {
                restorer.verify(point, progress);
              }

              @Override
              public RestoreReport restorePart(
                  RestoreRequest request, Part part, Progress progress) {
                if (paused[0] || progress == Progress.NONE) {
                  return restorer.restorePart(request, part, progress);
                }
                paused[0] = true;
                world.pause.set(true, "a person");
                long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
                while (System.nanoTime() < end) {
                  progress.advanced(0, 0); // As for one file after the other.
                }
                throw new AssertionError("it does not stop");
              }
            };
    world.restart();

    predict();

    assertThat(paused[0]).isTrue();
    assertThat(state()).isEqualTo(State.RUNNING);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    resume();
    assertThat(state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
  }
}
