package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropGenerationsTest {
  @TempDir Path root;
  private World world;
  private Resource site;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore());
    objects.put(World.WEST, new InMemoryObjectStore());
    world = new World(root, objects);
    site = world.resource("site", RollbackMode.SWITCH_AND_RESTORE);
    world.write(world.location("site").resolve("file"), "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private DropGenerations drops() {
    return new DropGenerations(
        world.records, world.routes, world.surroundings.replicas(), world.surroundings.fence());
  }

  private void rollBack(RollbackMode mode) {
    PointRef point = world.shadow("site");
    world.write(world.served("site").resolve("file"), "bad");
    world.rollback(World.to("site", Optional.of(point.point().toString()), Optional.of(mode)));
  }

  @Test
  void keepsTheGenerationThatTheNextRollbackMayServeFrom() {
    rollBack(RollbackMode.SWITCH_AND_RESTORE);
    world.shadow("site");

    List<?> plan = drops().plan(site);

    assertThat(plan).isEmpty();
  }

  @Test
  void dropsACapturedGenerationThatNothingLeadsTo() {
    rollBack(RollbackMode.SWITCH_AND_RESTORE);
    rollBack(RollbackMode.SWITCH_AND_RESTORE);
    world.shadow("site");

    drops().execute(site, drops().plan(site));

    assertThat(world.replica("site").resolve("000001")).doesNotExist();
    assertThat(world.replica("site").resolve(".000001.gnomon-fenced")).doesNotExist();
    assertThat(world.replica("site").resolve("000003").resolve("file")).hasContent("good");
  }

  @Test
  void keepsTheGenerationThatServes() {
    rollBack(RollbackMode.SWITCH);
    world.shadow("site");

    assertThat(drops().plan(site)).isEmpty();
    assertThat(world.served("site")).isEqualTo(world.replica("site").resolve("000001"));
  }
}
