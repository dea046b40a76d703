package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.ResourceName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What automation leaves to people although it may act.
class AutomationRestraintTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private Set<String> predict(Instant onset, double confidence, String eventId) {
    return Worlds.predict(
        world,
        new Prediction(
            List.of(SITE), onset, onset.plusSeconds(60), confidence, List.of("x"), eventId));
  }

  private Decision decision(String eventId) {
    return Worlds.decision(world, SITE, eventId);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void whatAPersonUndidIsNotDoneAgainForTheSameTrouble(RollbackMode mode) {
    world.change("site", "rollback", mode);
    world.restart();
    Instant onset = clock.instant();
    Worlds.damage(world, "site");
    Map<String, String> wanted = world.tree("site");
    assertThat(predict(onset, 0.9, "p1")).containsExactly("site-e1");
    clock.forward(Duration.ofMinutes(1));
    world.rolledBack(World.undo("site-e1"));
    clock.forward(Duration.ofMinutes(1));

    Set<String> again = predict(onset, 0.95, "p2");

    assertThat(again).isEmpty();
    assertThat(world.tree("site")).isEqualTo(wanted);
    assertThat(decision("p2").action()).isEqualTo(Action.OBSERVED);
    assertThat(decision("p2").reason()).contains("a person undid an automatic rollback");
    assertThat(world.notices).singleElement().asString().contains("undid");
  }

  @Test
  void troubleThatBeganAfterTheUndoIsActedOn() {
    Instant onset = clock.instant();
    assertThat(predict(onset, 0.9, "p1")).containsExactly("site-e1");
    clock.forward(Duration.ofMinutes(1));
    world.rolledBack(World.undo("site-e1"));
    clock.forward(Duration.ofMinutes(1));
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));

    assertThat(predict(clock.instant(), 0.9, "p2")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.49, false", "0.5, 0.5, true", "0.9, 0.8, false", "0, 0.3, true"})
  void actsFromTheLeastConfidenceOfTheResource(double least, double confidence, boolean acts) {
    world.change("site", "limits", new Limits(20, least));
    world.restart();

    Set<String> begun = predict(clock.instant(), confidence, "p1");

    assertThat(!begun.isEmpty()).isEqualTo(acts);
    if (!acts) {
      assertThat(decision("p1").action()).isEqualTo(Action.OBSERVED);
      assertThat(decision("p1").reason()).contains("is too low").contains("" + least);
      assertThat(world.notices).hasSize(1);
    }
  }
}
