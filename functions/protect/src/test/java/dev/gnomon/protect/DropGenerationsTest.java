package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        world.records,
        world.routes,
        world.surroundings.replicas(),
        world.surroundings.fence(),
        world.stores);
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
    world.needsEnforcedFences();
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

  private Path replica() {
    return world.replica("site");
  }

  /// Rolls back so often that the generations 1 to `count` are captured and nothing leads to them.
  private void leaveGenerations(int count) {
    world.needsEnforcedFences();
    for (int i = 0; i <= count; i++) {
      rollBack(RollbackMode.SWITCH_AND_RESTORE);
    }
    world.shadow("site");
  }

  private DropGenerations.Swept sweep() {
    return drops().execute(site, drops().plan(site));
  }

  @Test
  void whatAKilledSweepLeftIsRemovedByTheNextOne() {
    rollBack(RollbackMode.SWITCH_AND_RESTORE);
    world.write(replica().resolve(".dropped-000007/dir/file"), "left by a kill");

    DropGenerations.Swept swept = sweep();

    assertThat(swept.failed()).isEmpty();
    assertThat(replica().resolve(".dropped-000007")).doesNotExist();
  }

  @Test
  void aGapDoesNotHideOlderGenerations() throws Exception {
    leaveGenerations(3);
    chattr("-i", replica().resolve("000002")); // where its fence keeps writers out
    Trees.delete(replica().resolve("000002"));
    Trees.delete(replica().resolve(".000002.gnomon-fenced"));

    sweep();

    assertThat(replica().resolve("000001")).doesNotExist();
    assertThat(replica().resolve("000003")).doesNotExist();
  }

  @Test
  void whatCantBeDeletedIsToldAndDoesNotKeepTheRest() throws Exception {
    leaveGenerations(2);
    Path immutable = replica().resolve(".000002.gnomon-fenced").resolve("file");
    assumeTrue(chattr("+i", immutable), "chattr does not work here");

    DropGenerations.Swept first = sweep();
    boolean olderIsGone = Files.notExists(replica().resolve("000001"));
    chattr("-i", replica().resolve(".dropped-000002").resolve("file"));
    DropGenerations.Swept second = sweep();

    assertThat(olderIsGone).isTrue();
    assertThat(first.failed())
        .singleElement()
        .asString()
        .contains(".dropped-000002")
        .contains("can't be removed");
    assertThat(second.failed()).isEmpty();
    assertThat(replica().resolve(".dropped-000002")).doesNotExist();
  }

  @Test
  void nothingIsDeletedThatHasAnotherName() throws Exception {
    leaveGenerations(1);
    for (String name :
        List.of(
            ".dropped-", ".dropped-1", ".dropped-000001.keep", ".dropped-abcdef", "lost+found")) {
      world.write(replica().resolve(name).resolve("file"), "not ours");
    }
    world.write(root.resolve("outside/file"), "not ours");
    Files.createDirectories(replica().resolve(".dropped-000009"));
    Files.createSymbolicLink(replica().resolve(".dropped-000009/link"), root.resolve("outside"));

    sweep();

    assertThat(replica().resolve(".dropped-000009")).doesNotExist();
    assertThat(root.resolve("outside/file")).hasContent("not ours");
    try (var left = Files.list(replica())) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .contains(
              ".dropped-", ".dropped-1", ".dropped-000001.keep", ".dropped-abcdef", "lost+found");
    }
  }

  /// Leaves generation 1 behind a fence that writers were only told of, captured, and nothing leads
  /// to it any more.
  private void leaveAdvisory() {
    world.fences = AdvisoryFence::new;
    world.restart();
    rollBack(RollbackMode.SWITCH); // to generation 1
    rollBack(RollbackMode.SWITCH); // home; generation 1 is kept as an undo point
    rollBack(RollbackMode.SWITCH); // to another generation
    rollBack(RollbackMode.SWITCH); // home
    world.shadow("site");
  }

  @Test
  void writesThroughAnAdvisoryFenceAreKeptBeforeTheGenerationGoes() throws Exception {
    leaveAdvisory();
    Path first = replica().resolve(".000001.gnomon-fenced");
    Path stray = Files.exists(first) ? first : replica().resolve("000001");
    Files.writeString(stray.resolve("order"), "acknowledged");
    int before = world.points("site").size();

    DropGenerations.Swept swept = sweep();

    assertThat(swept.failed()).isEmpty();
    assertThat(replica().resolve("000001")).doesNotExist();
    assertThat(stray).doesNotExist();
    assertThat(world.points("site")).hasSize(before + 1);
    Path kept = root.resolve("kept");
    PointRef point = world.newest("site");
    RestoreRequest request = new RestoreRequest(point.point(), kept, Long.MAX_VALUE);
    world.stores.restorer(point.cell()).restorePart(request, Part.WHOLE, Progress.NONE);
    assertThat(kept.resolve("order")).hasContent("acknowledged");
  }

  @Test
  void whatDoesNotDifferFromItsPointGoesWithoutAnotherOne() {
    leaveAdvisory();
    int before = world.points("site").size();

    sweep();

    assertThat(replica().resolve("000001")).doesNotExist();
    assertThat(world.points("site")).hasSize(before);
  }

  @Test
  void aKilledComparisonIsFinishedByTheNextSweepAndLosesNothing() throws Exception {
    leaveAdvisory();
    Path leaving = replica().resolve(".leaving-000001");
    Path hidden = replica().resolve(".000001.gnomon-fenced");
    chattr("-i", replica().resolve("000001"));
    Files.move(Files.exists(hidden) ? hidden : replica().resolve("000001"), leaving);
    Files.writeString(leaving.resolve("order"), "acknowledged");
    int before = world.points("site").size();

    sweep();

    assertThat(leaving).doesNotExist();
    assertThat(world.points("site")).hasSize(before + 1);
  }

  @Test
  void aGenerationThatARollbackTookAndNeverServedGoes() {
    world.needsEnforcedFences();
    PointRef point = world.shadow("site");
    world.change(
        "site", "checks", List.of(new CheckSpec("never", List.of("false"), Duration.ofSeconds(5))));
    site = world.resources.getFirst();
    world.restart();
    world.write(world.location("site").resolve("file"), "newer");
    world.shadow("site");
    world.write(world.location("site").resolve("file"), "bad");
    world.rollback(
        World.to("site", Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH)));
    assertThat(world.told(Fact.RollbackFailed.class)).hasSize(1);
    world.shadow("site");
    assertThat(replica().resolve("000002").resolve("file")).hasContent("bad");

    sweep();

    assertThat(replica().resolve("000001")).doesNotExist();
    assertThat(replica().resolve(".000001.gnomon-fenced")).doesNotExist();
    assertThat(replica().resolve("000002").resolve("file")).hasContent("bad");
  }

  private static boolean chattr(String flag, Path file) throws Exception {
    return new ProcessBuilder("chattr", flag, file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
