package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.replica.ReplicaEntry.Event;
import dev.gnomon.core.shadow.PointRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A replica whose file system is away, or whose directories were exchanged, is never taken for
/// what its log says.
class ReplicaPlaceTest {
  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private Resource site;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    site = world.resource("site", RollbackMode.SWITCH);
    write("first");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void write(String text) {
    world.write(world.location("site").resolve("file"), text);
  }

  private ReplicaEntry newest() {
    return world.surroundings.replicas().of(site).orElseThrow().newest().orElseThrow();
  }

  private Path generation(String name) {
    return world.replica("site").resolve(name);
  }

  private void switchTo(PointRef point) {
    world.rolledBack(
        World.to("site", Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH)));
  }

  private String told() {
    return world.told(Fact.ShadowFailed.class).stream()
        .map(Fact.ShadowFailed::reason)
        .reduce("", String::concat);
  }

  @ParameterizedTest
  @ValueSource(strings = {"west-replica", "west-replica/site"})
  void nothingIsWrittenBelowAMountPointWhoseFileSystemIsAway(String mountPoint) throws IOException {
    world.shadow("site");
    Path mount = root.resolve(mountPoint);
    Path away = root.resolve("away");
    Files.move(mount, away);
    Files.createDirectory(mount);
    write("second");

    PointRef second = world.shadow("site");

    assertThat(mount).isEmptyDirectory();
    assertThat(told()).contains("Is its file system mounted?");
    Files.delete(mount);
    Files.move(away, mount);
    switchTo(second);
    assertThat(world.served("site").resolve("file")).hasContent("second");
  }

  @Test
  void whileItsFileSystemIsAwayNoSwitchServesFromTheReplica() throws IOException {
    PointRef first = world.shadow("site");
    Files.move(world.replica("site"), root.resolve("away"));
    write("damaged");
    Path impostor = generation("000001");
    world.write(impostor.resolve("file"), "impostor");

    assertThatThrownBy(() -> switchTo(first)).hasMessageContaining("Is its file system mounted?");
    for (int minute = 0; minute < 20 && world.told(Fact.RollbackFailed.class).isEmpty(); minute++) {
      clock.forward(Duration.ofMinutes(1));
      try {
        world.rollbacks.advance("site-e1", Optional.empty());
      } catch (Unavailable again) {
        assertThat(impostor.resolve("file")).hasContent("impostor");
      }
    }

    assertThat(world.served("site").resolve("file")).hasContent("damaged");
    assertThat(world.told(Fact.RollbackFailed.class).toString())
        .contains("Is its file system mounted?");
    assertThat(impostor.resolve("file")).hasContent("impostor");
  }

  @Test
  void anExchangedGenerationIsNeitherServedNorTouched() throws IOException {
    PointRef first = world.shadow("site");
    Files.move(generation("000001"), root.resolve("aside"));
    world.write(generation("000001").resolve("file"), "impostor");
    write("damaged");

    switchTo(first);

    assertThat(world.served("site").resolve("file")).hasContent("first");
    assertThat(generation("000001").resolve("file")).hasContent("impostor");
  }

  @Test
  void aSyncMakesANewGenerationForOneThatWentAway() throws IOException {
    world.shadow("site");
    Trees.delete(generation("000001"));
    write("second");

    world.shadow("site");

    assertThat(newest().event()).isEqualTo(Event.SYNCED);
    assertThat(generation("000002").resolve("file")).hasContent("second");
  }

  @Test
  void directoriesThatNobodyKnowsAreLeftAlone() {
    world.write(generation("000001").resolve("file"), "somebody's");

    world.shadow("site");

    assertThat(generation("000001").resolve("file")).hasContent("somebody's");
    assertThat(generation("000002").resolve("file")).hasContent("first");
  }

  @Test
  void aPersonMayBeginANewReplicaWithTheIdentityThatTheReasonNames() throws IOException {
    world.shadow("site");
    String identity = Files.readString(generation(".gnomon-replica.json"));
    Trees.delete(world.replica("site"));
    Files.createDirectory(world.replica("site"));
    write("second");
    world.shadow("site");
    assertThat(told()).contains(identity);
    Files.writeString(generation(".gnomon-replica.json"), identity);

    world.shadow("site");

    assertThat(generation("000002").resolve("file")).hasContent("second");
  }

  @Test
  void theIdentityIsWrittenOnce() throws IOException {
    world.shadow("site");
    String identity = Files.readString(generation(".gnomon-replica.json"));
    write("second");

    world.shadow("site");

    assertThat(generation(".gnomon-replica.json")).hasContent(identity);
    assertThat(identity).contains(newest().place().orElseThrow().replica());
  }

  /// An entry as versions before the identity wrote it.
  record OldEntry(
      Event event,
      long generation,
      PointRef point,
      ContentHash content,
      String owner,
      Instant time) {}

  @Test
  void aReplicaOfAnEarlierVersionIsComparedBeforeItServesAndThenKnown() throws IOException {
    PointRef first = world.shadow("site");
    ReplicaEntry entry = newest();
    Files.delete(generation(".gnomon-replica.json"));
    world.write(generation("000001").resolve("file"), "of another point");
    OldEntry old =
        new OldEntry(
            entry.event(),
            entry.generation(),
            first,
            entry.content().orElseThrow(),
            "old",
            entry.time());
    world.records.create(new ObjectName("replicas/site/west/%020d".formatted(3)), old);

    switchTo(first);

    assertThat(world.served("site").resolve("file")).hasContent("first");
    assertThat(newest().place()).isPresent();
  }
}
