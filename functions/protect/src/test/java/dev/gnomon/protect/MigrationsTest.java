package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.update.Migrations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is about to be moved gets a shadow at once.
class MigrationsTest {
  private static final ResourceName BASE = new ResourceName("base");
  private static final ResourceName SHOP = new ResourceName("shop");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private Instant start;

  @BeforeEach
  void install() {
    world = Worlds.shop(root, Worlds.cells(clock), RollbackMode.SWITCH);
    start = clock.instant().plus(Duration.ofHours(1));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private List<Fact> announce(String subject, List<ResourceName> resources, Optional<String> id) {
    return announce(subject, resources, id, "event");
  }

  private List<Fact> announce(
      String subject, List<ResourceName> resources, Optional<String> id, String event) {
    return new Migrations(world.records)
        .announced(subject, resources, start, id, Optional.empty(), event);
  }

  private List<Point> taken(ResourceName resource) {
    return world.points(resource.value()).stream()
        .filter(point -> point.kind() == PointKind.MIGRATION)
        .toList();
  }

  private void deliver(List<Fact> facts) {
    world.events.addAll(facts);
    world.deliver();
  }

  @Test
  void aCellThatIsAnnouncedGetsAShadowOfAllItServesAndOneOnly() {
    List<Fact> first = announce("east", world.automation.servedFrom(World.EAST), Optional.empty());
    deliver(first);
    clock.forward(Duration.ofMinutes(5));
    deliver(announce("east", List.of(SHOP), Optional.empty())); // after a route moved meanwhile

    assertThat(first).hasSize(3);
    assertThat(taken(BASE)).hasSize(1);
    assertThat(taken(SHOP)).hasSize(1);
  }

  @Test
  void theSameIdInAnotherEventIsTheSameMigration() {
    deliver(announce("shop", List.of(SHOP), Optional.of("m1"), "event 1"));
    deliver(announce("shop", List.of(SHOP), Optional.of("m1"), "event 2"));

    assertThat(taken(SHOP)).hasSize(1);
  }

  @Test
  void theSameIdForSomethingElseIsRefused() {
    var unused = announce("shop", List.of(SHOP), Optional.of("m1"), "event 1");

    assertThatThrownBy(() -> announce("base", List.of(BASE), Optional.of("m1"), "event 2"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("m1")
        .hasMessageContaining("shop");
  }

  @Test
  void neitherAPauseNorObserveKeepsItFromBeingTaken() {
    world.pause.set(true, "a test");
    world.change("shop", "automation", Automation.OBSERVE);
    world.restart();

    deliver(announce("shop", List.of(SHOP), Optional.of("m1")));

    assertThat(taken(SHOP)).hasSize(1);
  }

  @Test
  void itCanServeAtOnceAndARollbackGoesBackToIt() {
    deliver(announce("shop", List.of(SHOP), Optional.of("m1")));
    clock.forward(Duration.ofMinutes(5));
    var good = world.tree("shop");
    Worlds.damage(world, "shop");

    world.rolledBack(World.to("shop", Optional.empty(), Optional.empty()));

    assertThat(world.tree("shop")).isEqualTo(good);
    assertThat(world.served("shop")).startsWith(world.replica("shop"));
  }
}
