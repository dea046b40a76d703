package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Suspicions;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A point says by its own cell's clock when it was taken, a fence by the clock of the control
/// store.
class SuspicionsTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private World world;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(new SettableClock()));
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private boolean suspect(Instant time) {
    return suspect(time, PointKind.INTERVAL);
  }

  private boolean suspect(Instant time, PointKind kind) {
    Point some = world.points("site").getLast();
    return new Suspicions(world.records, Duration.ofSeconds(2))
        .of(SITE)
        .covers(World.changed(World.changed(some, "time", time), "kind", kind));
  }

  @Test
  void aPointOfAClockThatIsAheadIsSuspectUntilTheRollbackEnded() {
    PointRef point = world.shadow("site");
    Worlds.damage(world, "site");
    world.haltAfter = "fence";
    catchThrowable(
        () -> world.rollback(World.to("site", Optional.of(Worlds.point(point)), Optional.empty())));
    Instant fenced = world.records.time();

    assertThat(suspect(fenced.plusMillis(1500))).isTrue();
    assertThat(suspect(fenced.plusMillis(2500))).isFalse();
    assertThat(suspect(fenced.plusMillis(1500), PointKind.RETURN)).isFalse();

    world.restart();
    world.sweep();
    Instant done =
        RollbackRecords.of(world.records, "site-e1").orElseThrow().done().orElseThrow().time();

    assertThat(suspect(done)).isTrue();
    assertThat(suspect(done.plusMillis(1))).isFalse();
    assertThat(suspect(fenced.minus(Duration.ofDays(1)))).isFalse();
  }
}
