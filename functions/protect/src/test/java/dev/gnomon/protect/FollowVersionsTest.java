package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.Objectives;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.FollowVersions;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.ObserveWrites;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.BucketChanged.ChangedObject;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When the journals of prefixes are brought up to the versions of their buckets.
class FollowVersionsTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+http://host:9000/bucket/data");
  private static final ResourceName DATA = new ResourceName("data");
  private static final CellName EAST = new CellName("east");
  private static final CellName WEST = new CellName("west");
  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final Duration EVERY = Duration.ofMinutes(5);

  private final SettableClock clock = new SettableClock();
  private final InMemoryBucket bucket = new InMemoryBucket(clock::instant);

  @BeforeEach
  void bucketKeepsVersions() {
    bucket.versioning(Versioning.ENABLED);
  }

  /// One cell's store, and the process that follows.
  private final class Following {
    private final InMemoryObjectStore west;
    private final InMemoryObjectStore east = new InMemoryObjectStore(clock);
    private final Catalogue catalogue = catalogue();
    private FollowVersions follow;

    Following(InMemoryObjectStore west) {
      this.west = west;
      this.follow = process();
    }

    StoreCells stores() {
      PrefixSpec spec =
          new PrefixSpec(Optional.empty(), Optional.empty(), Versions.USE, false, Optional.empty());
      return new StoreCells(
          catalogue,
          cell -> cell.equals(WEST) ? west : east,
          Duration.ofHours(24),
          place -> bucket.open(place, spec));
    }

    FollowVersions process() {
      ControlRecords records = new ControlRecords(east, () -> UUID.randomUUID().toString());
      return new FollowVersions(catalogue, stores(), new OpenWork(east, records), clock);
    }

    void told(String... keys) {
      BucketHints.give(
          new BucketChanged(
              List.of(keys).stream().map(key -> new ChangedObject("bucket", key)).toList()),
          follow::notified);
    }

    void sweep() {
      Resource resource = catalogue.resource(DATA).orElseThrow();
      follow.due(resource, follow.marked());
      new ObserveWrites(catalogue, stores()).upkeep(resource);
    }

    long newest() {
      return stores().journals(WEST).of(DATA).status().newest();
    }

    List<String> written() {
      return stores().journals(WEST).of(DATA).entries(0, 10_000).stream()
          .map(entry -> entry.position() + " " + entry.transaction())
          .toList();
    }
  }

  private static Catalogue catalogue() {
    return new Catalogue(
        List.of(new Cell(EAST, Optional.empty()), new Cell(WEST, Optional.empty())),
        EAST,
        List.of(
            new Resource(
                DATA,
                EAST,
                PLACE,
                Priority.NORMAL,
                List.of(
                    new ShadowSpec(
                        WEST,
                        ShadowType.TRANSACTIONAL,
                        Optional.empty(),
                        Optional.empty(),
                        Compression.ZSTD,
                        new Rules(1, EVERY, 20, Duration.ofDays(7), SETTLE))),
                RollbackMode.RESTORE,
                Automation.OBSERVE,
                false,
                List.of(),
                Keep.DEFAULT,
                Hooks.NONE,
                OnChange.RETRY,
                List.of(),
                List.of(),
                OnFail.ROLLBACK,
                OnFail.NOTIFY,
                Limits.DEFAULT,
                Optional.empty(),
                Optional.of(PrefixSpec.DEFAULT),
                Objectives.NONE)),
        Catalogue.DEFAULT_CLOCK_TOLERANCE,
        List.of());
  }

  /// A world whose journal can begin.
  private Following begun() {
    bucket.put("data/base", "0");
    clock.forward(Duration.ofSeconds(5));
    Following world = new Following(new InMemoryObjectStore(clock));
    ShadowStore shadows = world.stores().shadows(WEST);
    CaptureRequest request =
        new CaptureRequest(
            "job",
            DATA,
            PLACE,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            CaptureRequest.DEFAULT_PART_BYTES);
    List<Part> parts = shadows.planCapture(request);
    parts.forEach(part -> shadows.capturePart(request, part, Progress.NONE));
    assertThat(shadows.commit(request, parts, Progress.NONE))
        .isInstanceOf(CaptureOutcome.Taken.class);
    clock.forward(Duration.ofSeconds(5));
    return world;
  }

  @Test
  void nobodyTellsAndItIsLookedAtOnSchedule() {
    Following world = begun();
    world.sweep();
    bucket.put("data/a", "1");
    clock.forward(EVERY.minusSeconds(1));
    world.sweep();
    assertThat(world.newest()).isZero();

    clock.forward(Duration.ofSeconds(1));
    world.sweep();

    assertThat(world.newest()).isEqualTo(1);
    assertThat(world.follow.state(DATA, WEST).orElseThrow().found().orElseThrow().appended())
        .isEqualTo(1);
  }

  @Test
  void whatIsToldIsLookedAtAsSoonAsItHasSettled() {
    Following world = begun();
    world.sweep();
    clock.forward(Duration.ofSeconds(20));
    bucket.put("data/a", "1");
    world.told("data/a");
    world.sweep(); // too young; it stays marked, also for another process
    assertThat(world.newest()).isZero();
    assertThat(world.process().marked()).containsExactly("data");

    clock.forward(SETTLE.plusSeconds(1));
    world.sweep();

    assertThat(world.newest()).isEqualTo(1);
    assertThat(world.follow.marked()).isEmpty();
  }

  @Test
  void whatLiesElsewhereIsNobodysHint() {
    Following world = begun();
    world.told("database/a", "other", "dat");
    BucketHints.give(
        new BucketChanged(List.of(new ChangedObject("another", "data/a"))), world.follow::notified);

    assertThat(world.follow.marked()).isEmpty();
  }

  @Test
  void flowOfHintsIsMarkedOnceASecondAndLookedAtWithPauses() {
    Following world = begun();
    world.sweep();
    bucket.calls();
    for (int i = 0; i < 1000; i++) {
      world.told("data/" + i);
    }
    world.sweep();
    world.sweep();

    assertThat(bucket.calls()).filteredOn(call -> call.startsWith("history")).isEmpty();
    clock.forward(Duration.ofSeconds(6));
    world.sweep();
    world.sweep();
    assertThat(bucket.calls()).filteredOn(call -> call.startsWith("history")).hasSize(1);
  }

  @Test
  void bucketWithoutVersionsIsSaid() {
    Following world = begun();
    bucket.versioning(Versioning.SUSPENDED);

    assertThatThrownBy(world::sweep)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("suspended")
        .hasMessageContaining("enable versioning");
    assertThat(world.follow.state(DATA, WEST).orElseThrow().problem().orElseThrow())
        .contains("keeps none");
  }

  @Test
  void hintOfALookThatFailedIsKept() {
    Following world = begun();
    world.sweep();
    clock.forward(Duration.ofSeconds(20));
    bucket.put("data/a", "1");
    world.told("data/a");
    clock.forward(SETTLE.plusSeconds(1));
    bucket.versioning(Versioning.SUSPENDED);
    assertThatThrownBy(world::sweep).isInstanceOf(Refusal.class);
    bucket.versioning(Versioning.ENABLED);
    clock.forward(Duration.ofSeconds(6));

    world.sweep();

    assertThat(world.newest()).isEqualTo(1);
  }

  /// The journal of a world that is told of everything, in a bad way, and that of one that is told
  /// of nothing.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void droppedRepeatedAndReorderedHintsGiveTheSameJournal(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Following told = begun();
    Following untold = new Following(told.west.copy());
    List<String> onTheirWay = new ArrayList<>();
    int writes = 0;
    for (int i = 0; i < 200; i++) {
      String key = "data/k" + random.nextInt(15);
      writes++;
      if (random.nextInt(5) == 0) {
        bucket.delete(key);
      } else {
        bucket.put(key, "of " + i);
      }
      if (random.nextInt(3) > 0) { // else lost
        onTheirWay.add(key);
      }
      if (random.nextInt(3) == 0) {
        onTheirWay.add(key); // twice
      }
      clock.forward(Duration.ofMillis(random.nextInt(2500)));
      while (!onTheirWay.isEmpty() && random.nextInt(3) == 0) {
        told.told(onTheirWay.remove(random.nextInt(onTheirWay.size())));
      }
      if (random.nextInt(4) == 0) {
        told.sweep();
      }
      if (random.nextInt(20) == 0) {
        told.follow = told.process(); // restarted
      }
      if (random.nextInt(40) == 0) {
        untold.sweep();
      }
    }
    clock.forward(EVERY.plusSeconds(20));
    told.sweep();
    untold.sweep();

    assertThat(told.written()).isEqualTo(untold.written()).hasSize(writes);
  }
}
