package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Outranked;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.ResourceName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What follows when another place has been better for long enough.
class OutrankedTest {
  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    world.resource("site", RollbackMode.SWITCH);
    Worlds.fill(world, "site", "good");
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private Outranked outranked(Instant since, String episode) {
    return new Outranked(
        new ResourceName("site"),
        World.EAST,
        World.WEST,
        0.4,
        0.9,
        since,
        List.of("latency of east is 7 times its usual one"),
        episode);
  }

  @Test
  void switchesToTheBetterPlaceOncePerEpisode() {
    Instant since = clock.instant();

    Decision first = world.automation.outranked(outranked(since, "gap-1"));
    first.rollback().ifPresent(id -> world.rollbacks.advance(id, Optional.empty()));
    world.deliver();
    Decision again = world.automation.outranked(outranked(since, "gap-1"));

    assertThat(first.action()).isEqualTo(Action.ROLLED_BACK);
    assertThat(first.trigger()).contains("merit 0.400").contains("merit 0.900").contains("west");
    assertThat(first.evidence()).containsExactly("latency of east is 7 times its usual one");
    assertThat(again).isEqualTo(first);
    assertThat(world.served("site")).startsWith(world.replica("site"));
  }

  @Test
  void isBoundByTheSwitchesOfAutomation() {
    world.change("site", "automation", Automation.OBSERVE);
    world.restart();

    Decision decision = world.automation.outranked(outranked(clock.instant(), "gap-1"));

    assertThat(decision.action()).isEqualTo(Action.OBSERVED);
    assertThat(world.served("site")).isEqualTo(world.location("site"));
  }

  @Test
  void aPlaceWithoutMoreMeritOutranksNobody() {
    assertThatThrownBy(() ->
            new Outranked(
                new ResourceName("site"),
                World.EAST,
                World.WEST,
                0.9,
                Double.NaN,
                clock.instant(),
                List.of(),
                "gap-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not outrank");
  }
}
