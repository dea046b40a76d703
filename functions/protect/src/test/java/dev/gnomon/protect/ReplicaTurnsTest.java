package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.replica.Owners;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Syncs and rollbacks of many processes, of which some die and some only seem to.
class ReplicaTurnsTest {
  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private Resource site;
  private PointRef point;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    site = world.resource("site", RollbackMode.SWITCH);
    world.write(world.location("site").resolve("file"), "good");
    world.restart();
    point = new PointRef(World.WEST, new PointId(site.name(), 1));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private final Set<String> dead = new HashSet<>();

  /// The replica as a process sees it.
  private Replica seenBy(String process) {
    Owners owners =
        new Owners() {
          @Override
          public String self() {
            return process;
          }

          @Override
          public boolean gone(String owner) {
            return dead.contains(owner);
          }
        };
    return new Replicas(world.records, world.stores, owners, world.surroundings.fence())
        .of(site)
        .orElseThrow();
  }

  private static ContentHash content(int number) {
    return new ContentHash("%064x".formatted(number));
  }

  private static Turn granted(Asked asked) {
    assertThat(asked).isInstanceOf(Asked.Granted.class);
    return ((Asked.Granted) asked).turn();
  }

  @Test
  void aRollbackDoesNotWaitForASyncOfAnUnknownHost() {
    Turn sync = granted(seenBy("host-a").ask(point, content(1)));

    Turn sealing = granted(seenBy("host-b").askSealing(point, content(1), "site-e1"));

    assertThat(sealing.entry().generation()).isGreaterThan(sync.entry().generation());
    assertThat(seenBy("host-a").synced(sync)).isFalse();
  }

  @Test
  void aSyncThatGivesNoSignOfLifeIsLeftBehindInItsGeneration() {
    Turn first = granted(seenBy("host-a").ask(point, content(1)));
    assertThat(seenBy("host-b").ask(point, content(1))).isInstanceOf(Asked.Busy.class);
    clock.forward(Replica.ABANDONED_AFTER);

    Turn second = granted(seenBy("host-b").ask(point, content(1)));

    assertThat(second.entry().generation()).isGreaterThan(first.entry().generation());
    assertThat(seenBy("host-a").renew(first)).isEmpty();
    assertThat(seenBy("host-a").synced(first)).isFalse();
    assertThat(seenBy("host-b").synced(second)).isTrue();
  }

  @Test
  void aLongSyncThatGivesSignsOfLifeKeepsItsTurn() {
    Replica replica = seenBy("host-a");
    Turn turn = granted(replica.ask(point, content(1)));
    for (int i = 0; i < 3; i++) {
      clock.forward(Replica.ABANDONED_AFTER.minusSeconds(10));
      turn = replica.renew(turn).orElseThrow();
    }

    assertThat(seenBy("host-b").ask(point, content(1))).isInstanceOf(Asked.Busy.class);
    assertThat(replica.synced(turn)).isTrue();
  }

  @Test
  void whatADeadSyncOfThisHostBeganIsGoneOnWith() {
    Turn first = granted(seenBy("a").ask(point, content(1)));
    dead.add("a");

    Turn second = granted(seenBy("b").ask(point, content(2)));

    assertThat(second.entry().generation()).isEqualTo(first.entry().generation());
  }

  /// A process, or a run of a rollback, and what it may be writing to.
  private static final class Actor {
    final String name;
    final boolean rollback;
    Optional<Turn> turn = Optional.empty();

    Actor(String name, boolean rollback) {
      this.name = name;
      this.rollback = rollback;
    }
  }

  @Test
  void twoWritersNeverMeetInOneGeneration() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Actor> actors = new ArrayList<>();
    int grants = 0;
    for (int step = 0; step < 400; step++) {
      if (actors.size() < 5) {
        actors.add(new Actor("actor-" + step, random.nextInt(3) == 0));
      }
      Actor actor = actors.get(random.nextInt(actors.size()));
      Replica replica = seenBy(actor.name);
      if (actor.turn.isEmpty()) {
        ContentHash wanted = content(random.nextInt(4));
        Asked asked =
            actor.rollback
                ? replica.askSealing(point, wanted, actor.name)
                : replica.ask(point, wanted);
        if (asked instanceof Asked.Granted granted) {
          long generation = granted.turn().entry().generation();
          for (Actor other : actors) {
            assertThat(other.turn.map(Turn::entry).map(ReplicaEntry::generation))
                .as("seed %d, step %d: %s beside %s", seed, step, actor.name, other.name)
                .isNotEqualTo(Optional.of(generation));
          }
          actor.turn = Optional.of(granted.turn());
          grants++;
        }
        continue;
      }
      switch (random.nextInt(6)) {
        case 0 -> { // It dies, and this host knows.
          dead.add(actor.name);
          actors.remove(actor);
        }
        case 1 -> replica.renew(actor.turn.get()).ifPresent(turn -> actor.turn = Optional.of(turn));
        case 2 -> clock.forward(Duration.ofSeconds(random.nextInt(400)));
        case 3, 4 -> {
          replica.synced(actor.turn.get());
          actor.turn = Optional.empty();
        }
        default -> {} // It goes on writing, whatever the others think of it.
      }
    }
    assertThat(grants).isGreaterThan(20);
  }
}
