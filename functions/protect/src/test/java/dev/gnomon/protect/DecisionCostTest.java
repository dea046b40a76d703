package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.CountedObjectStore;
import dev.gnomon.core.objects.CountedObjectStore.Request;
import dev.gnomon.core.objects.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a decision asks of the stores until users are served from the shadow: each request is one
/// after the other, milliseconds on a bucket, and two writes to the disk where it is a create. Who
/// adds one here makes every switch slower, and should know it.
class DecisionCostTest {
  /// One each: the slot, what is open, what the event began, the intent, the place of the decision
  /// in the order, the decision, the gate, the seal of the copy, the route; and that it is applied
  /// and fenced, and what is suspect.
  private static final int MOST_CREATES = 12;

  private static final int MOST_READS = 50;
  private static final int MOST_LISTS = 4;

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final Map<CellName, CountedObjectStore> counted = new LinkedHashMap<>();
  private World world;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> cells = new LinkedHashMap<>();
    Worlds.cells(clock).forEach((cell, store) -> counted.put(cell, new CountedObjectStore(store)));
    cells.putAll(counted);
    world = new World(root, cells);
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

  private long asked(Request... requests) {
    return counted.values().stream()
        .flatMapToLong(store -> Arrays.stream(requests).mapToLong(store::count))
        .sum();
  }

  @Test
  void aDecisionAsksLittleUntilTheShadowServes() {
    Map<String, Long> atFence = new LinkedHashMap<>();
    long creates = asked(Request.CREATE);
    long reads = asked(Request.READ, Request.STAT);
    long lists = asked(Request.LIST);
    world.onStep =
        step -> {
          if (step.equals("fence")) {
            atFence.put("creates", asked(Request.CREATE) - creates);
            atFence.put("reads", asked(Request.READ, Request.STAT) - reads);
            atFence.put("lists", asked(Request.LIST) - lists);
          }
        };

    world.automation.predicted(
        new Prediction(
            List.of(new ResourceName("site")),
            clock.instant(),
            clock.instant().plusSeconds(60),
            0.9,
            List.of("x"),
            "p1"),
        rollback -> world.rollbacks.advance(rollback, Optional.empty()));

    assertThat(atFence).hasSize(3);
    assertThat(atFence.get("creates")).isLessThanOrEqualTo(MOST_CREATES);
    assertThat(atFence.get("reads")).isLessThanOrEqualTo(MOST_READS);
    assertThat(atFence.get("lists")).isLessThanOrEqualTo(MOST_LISTS);
    assertThat(world.served("site")).isNotEqualTo(world.location("site"));
  }
}
