package dev.gnomon.protect;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.automation.Guard;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.replica.FollowPrimary;
import dev.gnomon.core.replica.KeepInStep;
import dev.gnomon.core.replica.KeyHints;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.replica.ReplicaEntry.Event;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.filesystem.mirror.DirectoryMirror;
import dev.gnomon.filesystem.watch.InotifyFeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replicas that are kept in step with their primaries, beside updates and rollbacks.
class FollowPrimaryTest {
  @TempDir Path root;
  private World world;
  private Resource site;
  private final List<Thread> threads = new ArrayList<>();

  @BeforeEach
  void install() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "needs Linux");
    world = new World(root, Worlds.cells(new SettableClock()));
    world.resource("site", RollbackMode.SWITCH);
    world.change(
        "site",
        "shadows",
        List.of(
            new ShadowSpec(
                World.WEST,
                ShadowType.FULL,
                Optional.empty(),
                Optional.of(world.replica("site")),
                Compression.ZSTD,
                JournalUpkeep.Rules.DEFAULT,
                Optional.of(Following.DEFAULT))));
    write("file", "first");
    for (int i = 0; i < 10; i++) {
      write("more/" + i, "more");
    }
    world.restart();
    site = world.resources.getFirst();
  }

  @AfterEach
  void remove() throws Exception {
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
    if (world != null) {
      world.release();
    }
  }

  private void write(String name, String text) {
    world.write(world.location("site").resolve(name), text);
  }

  private FollowPrimary follow(ChangeFeed.Feeds feeds) {
    return follow(feeds, DirectoryMirror.mirrors(Clock.systemUTC()));
  }

  private FollowPrimary follow(ChangeFeed.Feeds feeds, TreeMirror.Mirrors mirrors) {
    FollowPrimary follower =
        new FollowPrimary(
            site,
            site.shadows().getFirst(),
            new FollowPrimary.Tools(
                world.surroundings.replicas(),
                new Guard(
                    world.firstRoutes,
                    new Running(world.records),
                    world.openWork,
                    world.updateRecords),
                world.surroundings.fence(),
                world.stores,
                world.openWork,
                mirrors,
                feeds,
                new KeyHints(world.catalogue, world.openWork),
                KeepInStep.COMPARE_EVERY,
                FollowPrimary.SIGN_EVERY,
                Clock.systemUTC()));
    threads.add(Thread.ofPlatform().daemon().start(follower));
    return follower;
  }

  private FollowPrimary follow() {
    return follow(InotifyFeed.feeds());
  }

  private ReplicaEntry newest() {
    return world.surroundings.replicas().of(site).orElseThrow().newest().orElseThrow();
  }

  private Path generation(long number) {
    return world.replica("site").resolve("%06d".formatted(number));
  }

  private static boolean holds(Path file, String text) {
    try {
      return Files.readString(file).equals(text);
    } catch (IOException e) {
      return false;
    }
  }

  private void awaitReplica(long generation, String name, String text) {
    await().until(() -> holds(generation(generation).resolve(name), text));
  }

  private void awaitState(FollowPrimary follower, String part) {
    await().until(() -> follower.state().doing().contains(part));
  }

  private void awaitWarning(FollowPrimary follower, String part) {
    await().until(() -> follower.state().report().warning().orElse("").contains(part));
  }

  private void switchTo(PointRef point) {
    world.rolledBack(
        World.to("site", Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH)));
  }

  @Test
  void whatIsWrittenIsInTheReplicaSoonAndTheLagIsKnown() {
    FollowPrimary follower = follow();
    assertThat(follower.lag().now().current()).isEmpty();
    awaitReplica(1, "file", "first");
    awaitState(follower, "following");

    write("file", "second");

    awaitReplica(1, "file", "second");
    await().until(() -> follower.lag().now().batches() > 0);
    await()
        .until(() ->
            follower.lag().now().current().orElseThrow().compareTo(Duration.ofSeconds(2)) < 0);
    assertThat(follower.state().report().events()).isTrue();
    assertThat(newest().event()).isEqualTo(Event.FOLLOWING);
  }

  @Test
  void aSwitchServesExactlyThePointAndWhatItServesIsNeverFollowedInto() {
    FollowPrimary follower = follow();
    awaitReplica(1, "file", "first");
    PointRef point = world.shadow("site");
    Map<String, String> then = Trees.of(world.location("site"));
    assertThat(newest().event()).isEqualTo(Event.FOLLOWING);
    write("file", "damaged");
    write("extra", "damaged");
    awaitReplica(1, "extra", "damaged");

    switchTo(point);

    assertThat(world.served("site")).isEqualTo(generation(1));
    assertThat(world.tree("site")).isEqualTo(then);
    world.write(world.served("site").resolve("file"), "written to the shadow");
    awaitReplica(2, "file", "written to the shadow");
    awaitState(follower, "following");
    assertThat(world.served("site").resolve("file")).hasContent("written to the shadow");
    assertThat(newest().generation()).isEqualTo(2);
  }

  @Test
  void duringAnUpdateTheReplicaStaysAtItsPointAndServesAtOnce() {
    FollowPrimary follower = follow();
    awaitReplica(1, "file", "first");
    world.update("u1", "site");
    assertThat(world.updateRecords.ready(new UpdateId("u1"))).isPresent();
    assertThat(newest().event()).isEqualTo(Event.SYNCED);
    awaitState(follower, "before update u1");

    write("file", "damaged by the update");
    Duration before = follower.lag().now().current().orElseThrow();
    await().until(() -> follower.lag().now().current().orElseThrow().compareTo(before) > 0);
    assertThat(generation(1).resolve("file")).hasContent("first");

    String rollback = world.rolledBack(World.ofUpdate("u1"));

    assertThat(rollback).isNotEmpty();
    assertThat(world.served("site")).isEqualTo(generation(1));
    assertThat(world.served("site").resolve("file")).hasContent("first");
  }

  @Test
  void afterAnUpdateItGoesOn() {
    FollowPrimary follower = follow();
    awaitReplica(1, "file", "first");
    world.update("u1", "site");
    awaitState(follower, "before update u1");
    write("file", "by the update");

    world.updates.end(new UpdateId("u1"), UpdateRecords.End.COMPLETED, By.PERSON, Optional.empty());

    awaitReplica(1, "file", "by the update");
    awaitState(follower, "following");
  }

  @Test
  void aSourceThatWentAwayLeavesTheReplicaAsItIsAndTheLagGrows() throws IOException {
    FollowPrimary follower = follow();
    awaitReplica(1, "file", "first");
    awaitState(follower, "following");
    Map<String, String> then = Trees.of(generation(1));
    Path away = Files.move(world.location("site"), root.resolve("away"));
    Files.createDirectory(world.location("site"));

    awaitWarning(follower, "are kept");

    assertThat(Trees.of(generation(1)).keySet()).isEqualTo(then.keySet());
    Duration lag = follower.lag().now().current().orElseThrow();
    await().until(() -> follower.lag().now().current().orElseThrow().compareTo(lag) > 0);
    Files.delete(world.location("site"));
    Files.move(away, world.location("site"));
    write("file", "it is back");
    awaitReplica(1, "file", "it is back");
  }

  @Test
  void lessThanHalfIsFollowedOnlyWhenAPersonHasAcceptedIt() throws IOException {
    PointRef before = world.shadow("site");
    FollowPrimary follower = follow();
    awaitReplica(1, "file", "first");
    for (int i = 0; i < 8; i++) {
      Files.delete(world.location("site").resolve("more/" + i));
    }
    await().until(() -> follower.state().report().warning().isPresent());
    assertThat(generation(1).resolve("more/0")).exists();

    PointRef held = world.shadow("site");
    assertThat(held).isNotEqualTo(before);
    world.stores.expiry(World.WEST).accept(held.point());

    threads.forEach(Thread::interrupt); // a new one looks at the points at once
    follow();
    await().until(() -> Files.notExists(generation(1).resolve("more/0")));
  }

  @Test
  void withoutAnyPointLessThanHalfIsFollowedOnlyWhenAPersonHasTakenOne() throws Exception {
    FollowPrimary first = follow();
    awaitReplica(1, "file", "first");
    awaitState(first, "following");
    for (int i = 0; i < 8; i++) {
      Files.delete(world.location("site").resolve("more/" + i));
    }
    awaitWarning(first, "files that the source lost are kept");
    threads.getFirst().interrupt();
    threads.getFirst().join();
    world.restart();

    awaitWarning(follow(), "gnomon points accept");

    assertThat(generation(1).resolve("more/7")).exists();
    world.shadow("site");
    threads.forEach(Thread::interrupt); // a new one looks at the points at once
    follow();
    await().until(() -> Files.notExists(generation(1).resolve("more/7")));
  }

  @Test
  void withoutEventsEverythingIsComparedAndSaidSo() {
    FollowPrimary follower =
        follow(directory -> {
          throw new IOException("the limit fs.inotify.max_user_watches of this user is 8");
        });
    awaitReplica(1, "file", "first");

    write("file", "second");

    awaitReplica(1, "file", "second");
    assertThat(follower.state().report().events()).isFalse();
    assertThat(follower.state().report().warning().orElseThrow())
        .contains("compared again and again")
        .contains("max_user_watches");
    await().until(() -> follower.lag().now().current().isPresent());
  }

  @Test
  void aSecondOneDoesNoHarm() {
    FollowPrimary one = follow();
    FollowPrimary other = follow();
    awaitReplica(1, "file", "first");
    await().until(() -> (one.state().doing() + other.state().doing()).contains("in use by"));

    write("file", "second");

    awaitReplica(1, "file", "second");
    assertThat(generation(2)).doesNotExist();
  }

  @Test
  void killedAnywhereTheNextOneGoesOnInTheSameGeneration() throws Exception {
    for (int round = 0; round < 4; round++) {
      FollowPrimary follower = follow();
      awaitReplica(1, "file", round == 0 ? "first" : "round " + (round - 1));
      write("file", "round " + round);
      Thread thread = threads.removeLast();
      thread.interrupt(); // in the middle of it
      thread.join();
      assertThat(follower.state()).isNotNull();
      world.restart();
    }
    follow();

    awaitReplica(1, "file", "round 3");
    assertThat(generation(2)).doesNotExist();
  }

  @Test
  void theLastCompleteGenerationStaysUntilTheNextOneWasInStep() throws Exception {
    PointRef point = world.shadow("site");
    world.change(
        "site", "checks", List.of(new CheckSpec("never", List.of("false"), Duration.ofSeconds(5))));
    site = world.resources.getFirst();
    world.restart();
    write("file", "bad");
    world.rollback(
        World.to("site", Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH)));
    assertThat(world.told(Fact.RollbackFailed.class)).hasSize(1);
    assertThat(newest().event()).isEqualTo(Event.SEALED); // complete, and it never served

    FollowPrimary stuck =
        follow(
            InotifyFeed.feeds(),
            (from, to, memory) -> {
              throw new IOException("No space left on device");
            });
    awaitState(stuck, "No space left");
    assertThat(newest().event()).isEqualTo(Event.FOLLOWING);
    assertThat(drops().plan(site)).isEmpty();
    threads.getFirst().interrupt();
    threads.getFirst().join();

    FollowPrimary follower = follow();
    awaitState(follower, "following");
    assertThat(drops().plan(site))
        .containsExactly(new Location(World.WEST, generation(1).toString()));
    assertThat(holds(generation(2).resolve("file"), "bad")).isTrue();
  }

  private DropGenerations drops() {
    return new DropGenerations(
        world.records,
        world.routes,
        world.surroundings.replicas(),
        world.surroundings.fence(),
        world.stores);
  }
}
