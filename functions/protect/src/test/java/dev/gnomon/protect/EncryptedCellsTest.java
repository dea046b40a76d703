package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.EncryptionSpec;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rollbacks where the cell of the shadow is encrypted.
class EncryptedCellsTest {
  @TempDir Path root;
  private final InMemoryObjectStore west = new InMemoryObjectStore();
  private World world;

  @BeforeEach
  void install() throws IOException {
    Path key = Files.writeString(root.resolve("west.key"), "0f".repeat(32));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore());
    objects.put(World.WEST, west);
    world = new World(root, objects);
    world.encryption.put(World.WEST, new EncryptionSpec("file:" + key));
    world.resource("site", RollbackMode.RESTORE);
    for (int i = 0; i < 10; i++) {
      world.write(world.location("site").resolve("dir" + i % 3 + "/file" + i), "good " + i);
    }
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void everyModeBringsThePointBackAndCanBeUndone(RollbackMode mode) throws IOException {
    world.shadow("site");
    Map<String, String> good = world.tree("site");
    world.write(world.served("site").resolve("dir0/file0"), "bad");
    Files.delete(world.served("site").resolve("dir1/file1"));
    Map<String, String> damaged = world.tree("site");

    String id = world.rolledBack(World.to("site", Optional.empty(), Optional.of(mode)));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
    world.rolledBack(World.undo("site-e1"));
    assertThat(world.tree("site")).isEqualTo(damaged);
    assertThat(west.names()).anyMatch(name -> name.value().startsWith("store/keys/"));
  }

  /// Their content is equal and their ids are not: nobody can tell without reading, so a person
  /// says which is meant.
  @Test
  void pointsOfTheSameNumberInAnEncryptedCellAndAnotherAreNamedByTheirCell() {
    world.change("site", "shadows", List.of(shadow(World.WEST), shadow(World.EAST)));
    world.restart();
    world.shadow("site");
    PointId first = new PointId(new ResourceName("site"), 1);
    Point sealed = world.stores.shadows(World.WEST).point(first).orElseThrow();
    Point plain = world.stores.shadows(World.EAST).point(first).orElseThrow();

    Begun unclear =
        world.rollback(World.to("site", Optional.of("site@1"), Optional.of(RollbackMode.RESTORE)));
    world.rolledBack(
        World.to("site", Optional.of("west:site@1"), Optional.of(RollbackMode.RESTORE)));

    assertThat(sealed.content()).isNotEqualTo(plain.content());
    assertThat(unclear)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("site@1 is a point of its own in each of", "name the cell"));
  }

  private static ShadowSpec shadow(CellName cell) {
    return new ShadowSpec(cell, ShadowType.DIFFERENTIAL, Optional.empty(), Optional.empty());
  }
}
