package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Blame;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.IdleRollbacks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which open rollbacks a person has to look at, and since when.
class IdleRollbacksTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    world.resource("site", RollbackMode.SWITCH_AND_RESTORE);
    world.restart();
    world.write(world.served("site").resolve("file"), "content");
    world.shadow("site");
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private IdleRollbacks rollbacks() {
    return new IdleRollbacks(
        world.objects.get(world.catalogue.control()), world.records, world.openWork);
  }

  @Test
  void oneThatWasKilledGetsNoFurtherUntilASweepGoesOn() {
    world.haltAfter = "intent";
    assertThatThrownBy(() -> world.rollback(World.to("site", Optional.empty(), Optional.empty())))
        .isInstanceOf(Killed.class);
    clock.forward(Duration.ofMinutes(20));

    assertThat(rollbacks().now())
        .hasEntrySatisfying(
            SITE,
            idle -> assertThat(idle).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(21)));

    world.haltAfter = "";
    world.restart();
    world.sweep();
    world.deliver();
    assertThat(rollbacks().now()).isEmpty();
  }

  @Test
  void oneThatWaitsForItsReturnOnPurposeIsNotIdle() {
    world.rolledBack(
        World.changed(World.to("site", Optional.empty(), Optional.empty()), "by", By.AUTOMATION)
            .blaming(Blame.PLACE));
    clock.forward(Duration.ofHours(2));

    assertThat(world.open()).isNotEmpty();
    assertThat(rollbacks().now()).isEmpty();
  }

  @Test
  void aMarkerWithoutARollbackIsNone() {
    world.openWork.opened(dev.gnomon.core.control.OpenWork.Kind.ROLLBACKS, "site-e7");

    assertThat(rollbacks().now()).isEmpty();
  }
}
