package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.Restorer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A step that fails on this machine is tried again for a while. Then the rollback gives up, and
/// what serves is said.
class PatienceTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private PointRef point;
  private Map<String, String> damaged;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
    point = world.shadow("site");
    Worlds.damage(world, "site");
    damaged = world.tree("site");
  }

  @AfterEach
  void remove() throws Exception {
    chattr("-i");
    world.release();
  }

  private void begin(RollbackMode mode) {
    world.rollbacks.begin(World.to("site", Optional.of(Worlds.point(point)), Optional.of(mode)));
  }

  private void advance() {
    world.rollbacks.advance("site-e1", Optional.empty());
    world.deliver();
  }

  private Member member() {
    return world.views.of("site-e1").orElseThrow().resources().getFirst();
  }

  private void givesUpAfterPatience(String reason) {
    for (int minute = 0; minute <= 9; minute++) {
      assertThatThrownBy(this::advance)
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining(reason);
      assertThat(member().state()).isEqualTo(State.RUNNING);
      clock.forward(Duration.ofMinutes(1));
    }
    clock.forward(Duration.ofMinutes(1));
    advance();
    assertThat(member().state()).isEqualTo(State.FAILED);
    assertThat(member().reason().orElseThrow()).contains(reason);
    assertThat(world.open()).isEmpty();
  }

  private void actuator(String script) {
    world.change(
        "site",
        "actuators",
        List.of(
            new ActuatorSpec.Symlink(world.link("site")),
            new ActuatorSpec.Command(List.of("/bin/sh", "-c", script), LIMIT)));
    world.restart();
  }

  @Test
  void anActuatorThatNeverWorksLeavesTheOldPrimaryServing() {
    actuator("test \"$GNOMON_EPOCH\" = 1 || { echo balancer is away >&2; exit 7; }");
    begin(RollbackMode.SWITCH);

    for (int minute = 0; minute < 60 && member().state() == State.RUNNING; minute++) {
      try {
        advance();
      } catch (Unavailable again) {
        clock.forward(Duration.ofMinutes(1));
      }
    }

    assertThat(member().state()).isEqualTo(State.FAILED);
    assertThat(member().reason().orElseThrow()).contains("balancer is away");
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.route("site").primary().path()).isEqualTo(world.location("site").toString());
    assertThat(Trees.of(world.location("site"))).isEqualTo(damaged);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void whatWasWrittenToAShadowThatIsLeftAgainIsKept() throws Exception {
    // The replica holds exactly the point, so that it serves at once; one actuator never takes it.
    actuator("test \"$GNOMON_EPOCH\" != 2");
    begin(RollbackMode.SWITCH);
    assertThatThrownBy(this::advance).isInstanceOf(Unavailable.class);
    Path shadow = world.served("site");
    assertThat(shadow.getParent()).isEqualTo(world.replica("site"));
    world.write(shadow.resolve("order"), "acknowledged");

    for (int minute = 0; minute < 20 && member().state() == State.RUNNING; minute++) {
      clock.forward(Duration.ofMinutes(1));
      try {
        advance();
      } catch (Unavailable again) {
        assertThat(member().state()).isEqualTo(State.RUNNING);
      }
    }

    assertThat(member().state()).isEqualTo(State.FAILED);
    assertThat(world.served("site")).isEqualTo(world.location("site"));
    assertThat(world.tree("site")).isEqualTo(damaged);
    Steps.StrayStep kept =
        RollbackRecords.of(world.records, "site-e1")
            .orElseThrow()
            .read("abandoned", Steps.StrayStep.class)
            .orElseThrow();
    assertThat(world.told(Fact.RollbackFailed.class).getFirst().state())
        .contains("is kept as " + kept.kept().orElseThrow());
    Path back = root.resolve("back");
    RestoreRequest request =
        new RestoreRequest(kept.kept().orElseThrow().point(), back, Long.MAX_VALUE);
    world.stores.restorer(World.WEST).restorePart(request, Part.WHOLE, Progress.NONE);
    assertThat(back.resolve("order")).hasContent("acknowledged");
    assertThat(shadow).isEmptyDirectory(); // fenced
  }

  @Test
  void aWriteThatIsRefusedForEverLeavesThePrimaryAsItWas() throws Exception {
    assumeTrue(chattr("+i"), "this file system has no immutable files, or this user may not");
    begin(RollbackMode.RESTORE);

    givesUpAfterPatience("file0");

    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.tree("site")).isEqualTo(damaged);
  }

  @Test
  void aWriteThatWorksAgainInTimeGoesOn() throws Exception {
    assumeTrue(chattr("+i"), "this file system has no immutable files, or this user may not");
    begin(RollbackMode.RESTORE);
    assertThatThrownBy(this::advance).isInstanceOf(Unavailable.class);
    clock.forward(Duration.ofMinutes(5));
    chattr("-i");

    advance();

    assertThat(member().state()).isEqualTo(State.SERVING);
  }

  @Test
  void ownersThatMayNotBeSetEndTheRollbackAtOnceWithWhatIsTrueNow() {
    world.restorers = Unprivileged::new;
    world.restart();
    begin(RollbackMode.RESTORE);

    advance();

    assertThat(member().state()).isEqualTo(State.FAILED);
    assertThat(member().reason().orElseThrow()).contains("owners can't be set");
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.tree("site")).isEqualTo(damaged);
  }

  @Test
  void aRestoreThatCouldNotBeCompleteFailsBeforeItTouchesAnything() {
    world.restorers = Impossible::new;
    world.restart();
    begin(RollbackMode.RESTORE);

    advance();

    assertThat(member().state()).isEqualTo(State.FAILED);
    assertThat(member().reason().orElseThrow())
        .contains("nothing was touched", "'dir0' has too many attributes");
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.tree("site")).isEqualTo(damaged);
  }

  /// Plans that say that the restore can't end well, and nobody who carries them out.
  private record Impossible(Restorer restorer) implements Restorer {
    @Override
    public RestorePlan plan(RestoreRequest request, Progress progress) {
      RestorePlan plan = restorer.plan(request, progress);
      return new RestorePlan(
          plan.filesToWrite(),
          plan.bytesToWrite(),
          plan.filesToDelete(),
          plan.metadataToSet(),
          plan.filesPresent(),
          plan.filesInPoint(),
          List.of("'dir0' has too many attributes"),
          plan.examples(),
          plan.parts());
    }

    @Override
    public RestoreReport restorePart(RestoreRequest request, Part part, Progress progress) {
      throw new AssertionError("nothing is to be restored");
    }

    @Override
    public RestoreReport finish(RestoreRequest request) {
      throw new AssertionError("nothing is to be finished");
    }

    @Override
    public void verify(dev.gnomon.core.ids.PointId id, Progress progress) {
      restorer.verify(id, progress);
    }
  }

  /// What a restore meets that runs as a user who may not give files away.
  private record Unprivileged(Restorer restorer) implements Restorer {
    @Override
    public RestorePlan plan(RestoreRequest request, Progress progress) {
      return restorer.plan(request, progress);
    }

    @Override
    public RestoreReport restorePart(RestoreRequest request, Part part, Progress progress) {
      return restorer.restorePart(request, part, progress);
    }

    @Override
    public RestoreReport finish(RestoreRequest request) {
      restorer.finish(request);
      throw new IncompleteRestoreException("owners can't be set");
    }

    @Override
    public void verify(dev.gnomon.core.ids.PointId id, Progress progress) {
      restorer.verify(id, progress);
    }
  }

  /// Makes the file that the restore has to replace immutable, wherever the tree is now.
  private boolean chattr(String flag) throws Exception {
    Path site = world.location("site");
    Path hidden = site.resolveSibling(".site.gnomon-fenced");
    boolean done = false;
    for (Path tree : List.of(site, hidden)) {
      Process process =
          new ProcessBuilder("chattr", flag, tree.resolve("dir0/file0").toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      done |= process.waitFor() == 0;
    }
    return done;
  }
}
