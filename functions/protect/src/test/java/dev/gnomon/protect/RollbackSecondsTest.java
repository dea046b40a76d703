package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.decision.Estimates;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Lags;
import dev.gnomon.core.objects.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What merit expects of a rollback comes from those that there were.
class RollbackSecondsTest {
  private static final long BYTES = 500L << 20;

  /// The trees that are restored here are of a few bytes: the others are expected to be copied.
  private static final double MORE = BYTES / Estimates.BYTES_PER_SECOND;

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private FlakyObjectStore control;
  private RollbackSeconds seconds;
  private Lags lags = (resource, cell) -> Optional.of(new Lags.Newest(Instant.EPOCH, BYTES));

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> cells = Worlds.cells(clock);
    control = new FlakyObjectStore(cells.get(World.WEST));
    cells.put(World.WEST, control);
    world = new World(root, cells);
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
    world.shadow("site");
    begin();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void begin() {
    seconds =
        new RollbackSeconds(
            world.records, world.routes, (resource, cell) -> lags.newest(resource, cell), clock);
  }

  private double expected() {
    return seconds.of(site()).orElseThrow();
  }

  private Resource site() {
    return world.catalogue.resource(new ResourceName("site")).orElseThrow();
  }

  private void rolledBackIn(Duration time) {
    clock.forward(Duration.ofMinutes(1));
    Worlds.damage(world, "site");
    world.onStep =
        step -> {
          if (step.equals("restore")) {
            clock.forward(time);
          }
        };
    world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));
    world.onStep = step -> {};
  }

  @Test
  void withoutEarlierRollbacksItIsTheDefaultForTheBytes() {
    assertThat(expected())
        .isCloseTo(Estimates.RESTORE_SECONDS + BYTES / Estimates.BYTES_PER_SECOND, within(1e-9));
  }

  @Test
  void earlierRollbacksCountAndAreSeenWithTheNextRoute() {
    assertThat(expected()).isLessThan(20);

    rolledBackIn(Duration.ofSeconds(40));
    assertThat(expected()).isCloseTo(40 + MORE, within(1.0));

    rolledBackIn(Duration.ofSeconds(100));
    rolledBackIn(Duration.ofSeconds(60));
    assertThat(expected()).isCloseTo(60 + MORE, within(1.0));
  }

  @Test
  void whatCanNotBeReadStaysAsItWas() {
    rolledBackIn(Duration.ofSeconds(40));
    assertThat(expected()).isCloseTo(40 + MORE, within(1.0));
    control.away = true;
    clock.forward(RollbackSeconds.EVERY);

    assertThat(expected()).isCloseTo(40 + MORE, within(1.0));
  }

  @Test
  void unknownBytesAreAnUnknownCost() {
    lags = (resource, cell) -> Optional.empty();

    assertThat(seconds.of(site())).isEmpty();
  }
}
