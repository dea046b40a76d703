package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process stops right before one of its calls to the control store, another one carries the
/// rollback to its end, a user writes to what is served, and then the first goes on with what it
/// had read before. Whatever the call: what the user wrote stands, and the end is the same.
class LateProcessTest {
  /// The n-th call is tried for n = 1, 1 + STRIDE ...; the long run tries each.
  private static final int STRIDE = 37;

  @TempDir Path temp;

  /// What the rollback is, and how it ends.
  enum Story {
    RESTORED(RollbackMode.RESTORE, State.SERVING),
    RESTORED_TO_A_MOMENT(RollbackMode.RESTORE, State.SERVING),
    SWITCHED(RollbackMode.SWITCH, State.SERVING),
    RETURNED(RollbackMode.SWITCH_AND_RESTORE, State.SERVING),
    CHECK_FAILED(RollbackMode.RESTORE, State.FAILED),
    RELEASE_REFUSED(RollbackMode.RESTORE, State.FAILED),
    RETURN_FAILED(RollbackMode.SWITCH_AND_RESTORE, State.FAILED);

    private final RollbackMode mode;
    private final State end;

    Story(RollbackMode mode, State end) {
      this.mode = mode;
      this.end = end;
    }

    private void declare(World world) {
      if (this == RESTORED_TO_A_MOMENT) {
        Worlds.journaled(world, "site", mode);
      } else {
        world.resource("site", mode);
      }
    }

    /// @return what to go back to: a point, or the moment after a write that came behind it
    private String target(World world, PointRef point, SettableClock clock) {
      if (this != RESTORED_TO_A_MOMENT) {
        return Worlds.point(point);
      }
      write(world, clock, "t1", "of the moment");
      return "transaction:t1";
    }

    /// What comes after that.
    private void goOn(World world, SettableClock clock) {
      if (this == RESTORED_TO_A_MOMENT) {
        write(world, clock, "t2", "after the moment");
      }
    }

    private static void write(World world, SettableClock clock, String id, String text) {
      clock.forward(Duration.ofMinutes(1));
      world.write(world.location("site").resolve("dir0/file3"), text);
      Worlds.announce(world, "site", id, clock.instant(), Worlds.written("dir0/file3", text));
      clock.forward(Duration.ofMinutes(1));
    }

    private void prepare(World world) {
      Duration limit = Duration.ofSeconds(30);
      switch (this) {
        case RESTORED, RESTORED_TO_A_MOMENT, SWITCHED, RETURNED -> {}
        case CHECK_FAILED ->
            world.change(
                "site", "checks", List.of(new CheckSpec("never", List.of("/bin/false"), limit)));
        case RELEASE_REFUSED ->
            world.change(
                "site",
                "actuators",
                List.of(
                    new ActuatorSpec.Symlink(world.link("site")),
                    new ActuatorSpec.Command(
                        List.of("/bin/sh", "-c", "test \"$GNOMON_EPOCH\" != 3"), limit)));
        case RETURN_FAILED ->
            world.change(
                "site",
                "checks",
                List.of(
                    new CheckSpec(
                        "not-at-home", List.of("/bin/sh", "-c", "! pwd | grep -q /east/"), limit)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Story.class)
  void aLateProcessChangesNothing(Story story) throws Exception {
    runs(story, STRIDE);
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource(Story.class)
  void aProcessThatIsLateAtAnyCallChangesNothing(Story story) throws Exception {
    runs(story, Integer.getInteger("gnomon.late.stride", 1));
  }

  private void runs(Story story, int stride) throws Exception {
    int call = 1;
    while (late(story, call)) {
      call += stride;
    }
    assertThat(call).as("calls that were tried").isGreaterThan(100);
  }

  /// @return false if the process did not come to this call
  private boolean late(Story story, int call) throws Exception {
    SettableClock clock = new SettableClock();
    InMemoryObjectStore east = new InMemoryObjectStore(clock);
    InMemoryObjectStore west = new InMemoryObjectStore(clock);
    World world = world("call" + call, east, west);
    story.declare(world);
    Worlds.fill(world, "site", "good");
    world.restart();
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    String target = story.target(world, point, clock);
    Map<String, String> wanted = world.tree("site");
    story.goOn(world, clock);
    // A second point, so that a switch has to restore instead of serving the replica as it is.
    world.write(world.location("site").resolve("dir0/file0"), "of the newer point only");
    world.shadow("site");
    Worlds.damage(world, "site");
    story.prepare(world);
    world.restart();
    world.rollbacks.begin(World.to("site", Optional.of(target), Optional.of(story.mode)));

    StoppedStore stopped = new StoppedStore(west);
    World late = world("call" + call, east, stopped);
    late.resources.addAll(world.resources);
    late.restart();
    Map<String, String> written = new TreeMap<>();
    // Every other time the next rollback is at work when the late process goes on.
    Optional<RollbackMode> next =
        call % 2 == 0 && story.end == State.SERVING
            ? Optional.of(RollbackMode.RESTORE)
            : Optional.empty();
    stopped.before(
        call,
        () -> {
          finish(world, 2, () -> {});
          if (end(world) == story.end) {
            if (story.end == State.SERVING) {
              assertThat(world.tree("site")).isEqualTo(wanted);
            }
            world.write(world.served("site").resolve("dir0/file0"), "of a user");
            written.putAll(world.tree("site"));
            next.ifPresent(mode -> beginAndStop(world, Worlds.point(point), mode));
          }
        });
    Runnable later = () -> clock.forward(Duration.ofMinutes(4));
    finish(late, 10, later);
    if (!written.isEmpty() && next.isPresent()) {
      assertThat(fenced(world)).as(story + ", late at call " + call + ": the next fence").isTrue();
      world.sweep();
      assertThat(world.tree("site")).isEqualTo(good);
      world.release();
      return stopped.reached();
    }
    finish(world, 10, later);

    String at = story + ", late at call " + call + " (" + stopped.call + ")";
    assertThat(end(world)).as(at).isEqualTo(story.end);
    if (!written.isEmpty()) {
      assertThat(world.tree("site")).as(at).isEqualTo(written);
    }
    assertThat(world.open()).as(at).isEmpty();
    assertThat(Path.of(world.route("site").primary().path()))
        .as(at)
        .isEqualTo(world.served("site"));
    world.release();
    return stopped.reached();
  }

  private static void beginAndStop(World world, String point, RollbackMode mode) {
    world.haltAfter = "undo";
    assertThatThrownBy(
            () -> world.rollback(World.to("site", Optional.of(point), Optional.of(mode))))
        .isInstanceOf(Killed.class);
  }

  /// Whether what serves is behind a fence.
  private static boolean fenced(World world) {
    Path served = world.served("site");
    return Files.exists(served.resolveSibling("." + served.getFileName() + ".gnomon-fenced"))
        && Trees.of(served).size() <= 1;
  }

  private World world(String name, ObjectStore east, ObjectStore west) {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, east);
    objects.put(World.WEST, west);
    World world = new World(temp.resolve(name), objects);
    world.turn = Duration.ofMillis(20);
    return world;
  }

  private static State end(World world) {
    return world.views.of("site-e1").orElseThrow().resources().getFirst().state();
  }

  /// What a broker does: what can't be done now is delivered again.
  private static void finish(World world, int attempts, Runnable between) {
    for (int attempt = 0; attempt < attempts && end(world) == State.RUNNING; attempt++) {
      try {
        world.rollbacks.advance("site-e1", Optional.empty());
        world.deliver();
      } catch (Unavailable again) {
        world.events.clear();
        between.run();
      }
    }
  }

  /// Runs something once, right before the n-th call.
  private static final class StoppedStore extends ForwardingObjectStore {
    private int left = -1;
    private Runnable hook = () -> {};
    private String call = "none";

    StoppedStore(ObjectStore store) {
      super(store);
    }

    void before(int nth, Runnable once) {
      left = nth;
      hook = once;
    }

    boolean reached() {
      return left <= 0;
    }

    @Override
    protected void calls(String what, Object on) {
      left--;
      if (left == 0) {
        call = what + " " + on;
        hook.run();
      }
    }
  }
}
