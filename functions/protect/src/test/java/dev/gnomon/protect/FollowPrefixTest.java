package dev.gnomon.protect;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.FenceByPlace;
import dev.gnomon.core.automation.Guard;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.journal.FollowVersions;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.replica.FollowPrimary;
import dev.gnomon.core.replica.KeepInStep;
import dev.gnomon.core.replica.KeyHints;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.replica.ReplicaEntry.Event;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.BucketChanged.ChangedObject;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.filesystem.mirror.DirectoryMirror;
import dev.gnomon.filesystem.watch.InotifyFeed;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Plain objects that are kept in step with a prefix, beside updates and rollbacks.
class FollowPrefixTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+http://east:9000/bucket/data");
  private static final String SERVING = "s3+http://west:9000/cell/serving/data";
  private static final Duration SELDOM = KeepInStep.COMPARE_EVERY;
  private static final Duration OFTEN = Duration.ofSeconds(1);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final InMemoryBucket bucket = new InMemoryBucket(clock::instant);
  private final InMemoryBucket west = new InMemoryBucket(clock::instant);
  private final Map<CellName, ObjectStore> cells = Worlds.cells(clock);
  private final Map<World, KeyHints> hints = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<World> worlds = new ArrayList<>();
  private Duration signEvery = FollowPrimary.SIGN_EVERY;
  private World world;
  private Resource data;

  @BeforeEach
  void install() {
    world = process("first");
    data = world.resources.getFirst();
    fill();
  }

  @AfterEach
  void remove() throws Exception {
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (World each : worlds) {
      each.release();
    }
  }

  private World process(String name) {
    World made = new World(root.resolve(name), cells);
    made.buckets =
        place -> (place.bucket().equals("cell") ? west : bucket).open(place, PrefixSpec.DEFAULT);
    made.fences =
        directories ->
            new FenceByPlace(
                directories,
                new OpenFence(
                    new FileAppliedEpochs(root.resolve(name + "-prefix-state")), Fenced.ENFORCED));
    made.add(
        PlainResource.prefix("data", PLACE, PrefixSpec.DEFAULT)
            .shadows(
                new ShadowSpec(
                        World.WEST,
                        ShadowType.FULL,
                        Optional.empty(),
                        Optional.empty(),
                        Compression.ZSTD,
                        JournalUpkeep.Rules.DEFAULT,
                        Optional.of(Following.DEFAULT))
                    .served(S3Prefix.of(SERVING)))
            .rollback(RollbackMode.SWITCH)
            .actuators(new ActuatorSpec.Command(List.of("true"), Duration.ofSeconds(30)))
            .resource());
    made.restart();
    worlds.add(made);
    return made;
  }

  private void fill() {
    for (int i = 0; i < 20; i++) {
      bucket.put(
          "data/object-%02d".formatted(i),
          "good " + i,
          new Attributes(
              new TreeMap<>(Map.of("content-type", "text/x-" + i)),
              new TreeMap<>(Map.of("by", "somebody")),
              new TreeMap<>(Map.of("stage", "live"))));
    }
    settle();
  }

  private void settle() {
    clock.forward(Duration.ofSeconds(5));
  }

  private FollowPrimary.Tools tools(World of, Duration compareEvery) {
    return new FollowPrimary.Tools(
        of.surroundings.replicas(),
        new Guard(of.firstRoutes, new Running(of.records), of.openWork, of.updateRecords),
        of.surroundings.fence(),
        of.stores,
        of.openWork,
        DirectoryMirror.mirrors(Clock.systemUTC()),
        InotifyFeed.feeds(),
        hints(of),
        compareEvery,
        signEvery,
        Clock.systemUTC());
  }

  private KeyHints hints(World of) {
    return hints.computeIfAbsent(of, any -> new KeyHints(of.catalogue, of.openWork));
  }

  private FollowPrimary follow(World in, Duration compareEvery) {
    FollowPrimary follower =
        new FollowPrimary(data, data.shadows().getFirst(), tools(in, compareEvery));
    threads.add(Thread.ofPlatform().daemon().start(follower));
    return follower;
  }

  private FollowPrimary follow() {
    return follow(world, SELDOM);
  }

  private void tell(World process, String... keys) {
    BucketHints.give(
        new BucketChanged(
            List.of(keys).stream().map(key -> new ChangedObject("bucket", "data/" + key)).toList()),
        hints(process)::notified);
  }

  private static String prefix(int generation) {
    return S3Prefix.of(SERVING + "/%06d".formatted(generation)).prefix();
  }

  /// What a generation holds, under the keys that it has at home.
  private SortedMap<String, String> at(int generation) {
    return west.contents().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix(generation)))
        .collect(
            Collectors.toMap(
                entry -> "data/" + entry.getKey().substring(prefix(generation).length()),
                Map.Entry::getValue,
                (one, other) -> one,
                TreeMap::new));
  }

  private void awaitEqual(int generation) {
    await().untilAsserted(() -> assertThat(at(generation)).isEqualTo(bucket.contents()));
  }

  private static void awaitState(FollowPrimary follower, String part) {
    await().until(() -> follower.state().doing().contains(part));
  }

  private static void awaitWarning(FollowPrimary follower, String part) {
    await().until(() -> follower.state().report().warning().orElse("").contains(part));
  }

  private ReplicaEntry newest() {
    return world.surroundings.replicas().of(data).orElseThrow().newest().orElseThrow();
  }

  private static Duration lag(FollowPrimary follower) {
    return follower.lag().now().current().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Versioning.class)
  void whatIsToldIsServedSoonAndTheLagIsKnown(Versioning versioning) {
    bucket.versioning(versioning);
    FollowPrimary follower = follow();
    awaitEqual(1);
    awaitState(follower, "following");
    assertThat(follower.state().report().events()).isFalse();
    awaitWarning(follower, "no notification of bucket 'bucket' has come yet");
    assertThat(follower.state().report().verified()).isPresent();

    bucket.put("data/object-03", "changed");
    bucket.delete("data/object-04");
    bucket.tag("data/object-05", new TreeMap<>(Map.of("stage", "told")));
    bucket.put("data/added", "added");
    tell(world, "object-03", "object-04", "object-05", "added");

    awaitEqual(1);
    await().until(() -> follower.lag().now().batches() > 0);
    assertThat(follower.lag().now().median()).isPresent();
    await().until(() -> follower.state().report().events());
    assertThat(follower.state().report().warning()).isEmpty();
    assertThat(newest().event()).isEqualTo(Event.FOLLOWING);
  }

  /// A hint that does not come can't be noticed: only a list proves that all is there.
  @Test
  void silenceProvesNothingAndAListDoes() {
    FollowPrimary follower = follow(world, Duration.ofSeconds(4));
    awaitEqual(1);
    awaitState(follower, "following");
    Duration before = lag(follower);
    await().until(() -> lag(follower).compareTo(before.plusSeconds(2)) > 0);
    bucket.put("data/object-03", "nobody tells");
    settle();

    awaitEqual(1);

    await().until(() -> lag(follower).compareTo(Duration.ofSeconds(2)) < 0);
    assertThat(follower.lag().now().batches()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void droppedRepeatedAndReorderedHintsEndEqual(long seed) throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    bucket.versioning(random.nextBoolean() ? Versioning.ENABLED : Versioning.NONE);
    follow(world, OFTEN);
    List<String> onTheirWay = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String key = "object-%02d".formatted(random.nextInt(30));
      if (random.nextInt(6) == 0) {
        bucket.delete("data/" + key);
      } else {
        bucket.put("data/" + key, "of " + random.nextInt(4));
      }
      if (random.nextInt(3) > 0) { // else lost
        onTheirWay.add(key);
      }
      if (random.nextInt(3) == 0) {
        onTheirWay.add(key); // twice
      }
      clock.forward(Duration.ofMillis(random.nextInt(1500)));
      while (!onTheirWay.isEmpty() && random.nextInt(3) == 0) {
        tell(world, onTheirWay.remove(random.nextInt(onTheirWay.size())), "nothing-" + i);
      }
      if (random.nextInt(8) == 0) {
        new CountDownLatch(1).await(random.nextInt(20), TimeUnit.MILLISECONDS);
      }
      if (random.nextInt(60) == 0) {
        threads.getLast().interrupt(); // killed in the middle of it
        threads.getLast().join();
        hints.clear();
        world.restart();
        follow(world, OFTEN);
      }
    }
    settle();

    awaitEqual(1);
    assertThat(at(2)).isEmpty();
  }

  @Test
  void aSwitchServesExactlyThePointAndWhatItServesIsNeverFollowedInto() {
    FollowPrimary follower = follow();
    awaitEqual(1);
    PointRef point = world.shadow("data");
    SortedMap<String, String> then = bucket.contents();
    assertThat(newest().event()).isEqualTo(Event.FOLLOWING);
    bucket.put("data/object-03", "damaged");
    bucket.put("data/extra", "damaged");
    tell(world, "object-03", "extra");
    awaitEqual(1);
    settle();

    world.rolledBack(
        World.to("data", Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH)));

    assertThat(world.route("data").primary().path()).isEqualTo(SERVING + "/000001");
    assertThat(at(1)).isEqualTo(then);
    west.put(prefix(1) + "object-03", "written where it is served");
    hints(world).notified("cell", List.of(prefix(1) + "object-03"));
    await().untilAsserted(() -> assertThat(at(2)).isEqualTo(at(1)).isNotEqualTo(then));
    awaitState(follower, "following");
    assertThat(newest().generation()).isEqualTo(2);
    assertThat(at(1).get("data/object-03")).startsWith("written where");
  }

  @Test
  void aSwitchInTheMiddleOfALongComparisonServesThePoint() {
    PointRef point = world.shadow("data");
    SortedMap<String, String> then = bucket.contents();
    for (int i = 0; i < 300; i++) {
      bucket.put("data/bad-%03d".formatted(i), "bad " + i);
    }
    settle();
    CountDownLatch begun = new CountDownLatch(1);
    west.before(call -> {
      if (call.startsWith("put bad-")) {
        begun.countDown();
      }
    });
    follow();
    await().until(() -> begun.getCount() == 0);

    world.rolledBack(
        World.to("data", Optional.of(point.point().toString()), Optional.of(RollbackMode.SWITCH)));

    S3Prefix served = (S3Prefix) world.route("data").primary().place();
    int generation = served.prefix().equals(prefix(1)) ? 1 : 2;
    assertThat(at(generation)).isEqualTo(then);
    await().untilAsserted(() -> assertThat(at(generation + 1)).isEqualTo(then));
    assertThat(at(generation)).isEqualTo(then);
  }

  @Test
  void duringAnUpdateItStaysAtItsPointAndAfterwardsItGoesOn() {
    FollowPrimary follower = follow();
    awaitEqual(1);
    SortedMap<String, String> then = bucket.contents();
    world.update("u1", "data");
    assertThat(world.updateRecords.ready(new UpdateId("u1"))).isPresent();
    assertThat(newest().event()).isEqualTo(Event.SYNCED);
    awaitState(follower, "before update u1");
    bucket.put("data/object-03", "by the update");
    tell(world, "object-03");
    Duration before = lag(follower);
    await().until(() -> lag(follower).compareTo(before.plusMillis(2500)) > 0);
    assertThat(at(1)).isEqualTo(then);
    settle();

    world.updates.end(new UpdateId("u1"), UpdateRecords.End.COMPLETED, By.PERSON, Optional.empty());

    awaitEqual(1);
    awaitState(follower, "following");
  }

  @Test
  void killedInTheMiddleTheNextOneGoesOnInTheSameGeneration() throws Exception {
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 20; i++) {
        bucket.put("data/object-%02d".formatted(i), "round " + round);
      }
      settle();
      CountDownLatch written = new CountDownLatch(3);
      west.before(call -> {
        if (call.startsWith("put")) {
          written.countDown();
        }
      });
      follow();
      written.await();
      threads.getLast().interrupt();
      threads.getLast().join();
      world.restart();
      hints.clear();
    }
    west.before(call -> {});

    follow();

    awaitEqual(1);
    assertThat(at(2)).isEmpty();
  }

  @Test
  void aSecondOneOfOneProcessDoesNoHarm() {
    FollowPrimary one = follow();
    FollowPrimary other = follow();
    awaitEqual(1);
    await().until(() -> (one.state().doing() + other.state().doing()).contains("in use by"));
    bucket.put("data/object-03", "changed");
    tell(world, "object-03");

    awaitEqual(1);

    assertThat(at(2)).isEmpty();
  }

  @Test
  void anotherProcessWaitsForSignsOfLifeAndThenTakesTheNextGeneration() {
    FollowPrimary first = follow();
    awaitEqual(1);
    awaitState(first, "following");
    World elsewhere = process("second");
    elsewhere.gone = false;
    world.gone = false;
    FollowPrimary second = follow(elsewhere, SELDOM);
    awaitState(second, "in use by");
    clock.forward(Replica.ABANDONED_AFTER.minusSeconds(10));
    world.openWork.opened(OpenWork.Kind.FOLLOWERS, "data.west.%020d.%012d".formatted(1, 7));
    clock.forward(Duration.ofSeconds(60)); // the entry is too old, the sign is not
    String state = second.state().doing();
    await().until(() -> second.state().doing().equals(state));
    assertThat(at(2)).isEmpty();

    clock.forward(Replica.ABANDONED_AFTER);

    awaitEqual(2);
    awaitState(second, "following");
    awaitState(first, "in use by");
    assertThat(newest().generation()).isEqualTo(2);
    bucket.put("data/object-03", "changed");
    SortedMap<String, String> left = at(1);
    tell(world, "object-03"); // to the one that does not follow
    awaitEqual(2);
    assertThat(at(1)).isEqualTo(left);
    assertThat(world.openWork.open(OpenWork.Kind.FOLLOWERS)).isEmpty();
  }

  @Test
  void whoEndsInOrderIsFollowedAtOnceInTheSameGeneration() throws Exception {
    FollowPrimary first = follow();
    awaitEqual(1);
    awaitState(first, "following");
    World elsewhere = process("second");
    elsewhere.gone = false;
    world.gone = false;
    FollowPrimary second = follow(elsewhere, SELDOM);
    awaitState(second, "in use by");

    threads.getFirst().interrupt();
    threads.getFirst().join();

    awaitState(second, "following");
    bucket.put("data/object-03", "changed");
    tell(elsewhere, "object-03");
    awaitEqual(1);
    assertThat(newest().generation()).isEqualTo(1);
    assertThat(at(2)).isEmpty();
    assertThat(world.openWork.open(OpenWork.Kind.FOLLOWERS)).isEmpty();
  }

  @Test
  void whoGivesSignsOfLifeKeepsItsGeneration() {
    signEvery = Duration.ofMillis(500);
    FollowPrimary first = follow();
    awaitEqual(1);
    awaitState(first, "following");
    World elsewhere = process("second");
    elsewhere.gone = false;
    world.gone = false;
    FollowPrimary second = follow(elsewhere, SELDOM);
    awaitState(second, "in use by");

    for (int round = 0; round < 3; round++) {
      List<String> signs = world.openWork.open(OpenWork.Kind.FOLLOWERS);
      clock.forward(Replica.ABANDONED_AFTER.minusSeconds(60));
      await().until(() -> !world.openWork.open(OpenWork.Kind.FOLLOWERS).equals(signs));
    }

    awaitState(second, "in use by");
    assertThat(at(2)).isEmpty();
    assertThat(newest().generation()).isEqualTo(1);
    await().until(() -> world.openWork.open(OpenWork.Kind.FOLLOWERS).size() == 1);
  }

  /// Such as a very large one.
  @Test
  void whoIsBusyWithOneObjectForLongKeepsItsGeneration() throws Exception {
    signEvery = Duration.ofMillis(200);
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    west.before(call -> {
      if (call.equals("put object-07")) {
        begun.countDown();
        try {
          assertThat(done.await(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    });
    follow();
    begun.await();
    World elsewhere = process("second");
    elsewhere.gone = false;
    world.gone = false;
    try {
      for (int round = 0; round < 3; round++) {
        List<String> signs = world.openWork.open(OpenWork.Kind.FOLLOWERS);
        clock.forward(Replica.ABANDONED_AFTER.minusSeconds(60));
        await().until(() -> !world.openWork.open(OpenWork.Kind.FOLLOWERS).equals(signs));
      }
      FollowPrimary second = follow(elsewhere, SELDOM);
      awaitState(second, "in use by");
    } finally {
      done.countDown();
    }

    awaitEqual(1);
    assertThat(at(2)).isEmpty();
    assertThat(newest().generation()).isEqualTo(1);
  }

  /// Signs are looked at so many times without a new one, each for longer than one takes.
  private static final int QUIET = 5;

  @Test
  void whoHangsInACallForeverGivesNoSignsAnyMore() {
    signEvery = Duration.ofMillis(100);
    FaultInjectingObjectStore slow = unsteady();
    FollowPrimary first = follow();
    awaitEqual(1);
    awaitState(first, "following");
    Thread hanging = threads.getFirst();
    CountDownLatch done = new CountDownLatch(1);
    slow.answerSlowly(() -> {
      if (Thread.currentThread() == hanging) {
        uninterrupted(done);
      }
    });
    try {
      AtomicReference<List<String>> last = new AtomicReference<>(List.of());
      AtomicInteger same = new AtomicInteger();
      await()
          .pollInterval(Duration.ofMillis(600))
          .until(() -> {
            List<String> now = world.openWork.open(OpenWork.Kind.FOLLOWERS);
            boolean quiet = now.equals(last.getAndSet(now));
            return same.updateAndGet(before -> quiet ? before + 1 : 0) >= QUIET;
          });
      World elsewhere = process("second");
      elsewhere.gone = false;
      world.gone = false;
      clock.forward(Replica.ABANDONED_AFTER.plusMinutes(1));

      follow(elsewhere, SELDOM);

      awaitEqual(2);
    } finally {
      done.countDown();
    }
    awaitState(first, "in use by");
  }

  /// A process whose records are in a store that may fail.
  private FaultInjectingObjectStore unsteady() {
    FaultInjectingObjectStore faults = new FaultInjectingObjectStore(cells.get(World.WEST));
    cells.put(World.WEST, faults);
    world = process("unsteady");
    return faults;
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aStoreThatIsAwayEndsNoSignsAndNoLettingGo() throws Exception {
    signEvery = Duration.ofMillis(100);
    FaultInjectingObjectStore faults = unsteady();
    FollowPrimary first = follow();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    threads.getFirst().setUncaughtExceptionHandler((any, fault) -> thrown.set(fault));
    awaitEqual(1);
    awaitState(first, "following");
    faults.failBefore(
        FaultInjectingObjectStore.Operation.CREATE,
        1,
        ObjectStoreException.Kind.TRANSIENT,
        name -> name.startsWith("open/followers/"));
    List<String> signs = world.openWork.open(OpenWork.Kind.FOLLOWERS);
    await().until(() -> !world.openWork.open(OpenWork.Kind.FOLLOWERS).equals(signs));

    faults.goAway();
    awaitState(first, "away");
    threads.getFirst().interrupt();
    threads.getFirst().join();

    assertThat(thrown.get()).isNull();
    faults.heal();
    awaitState(follow(), "following");
  }

  @Test
  void aSourceThatCantBeListedLosesNothingAndTheLagGrows() {
    FollowPrimary follower = follow(world, OFTEN);
    awaitEqual(1);
    awaitState(follower, "following");
    SortedMap<String, String> then = at(1);
    bucket.before(call -> {
      if (call.startsWith("list")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "it is away");
      }
    });
    bucket.delete("data/object-03");

    awaitWarning(follower, "it is away");

    Duration lag = lag(follower);
    await().until(() -> lag(follower).compareTo(lag) > 0);
    assertThat(at(1)).isEqualTo(then);
    bucket.before(call -> {});
    settle();
    awaitEqual(1);
    awaitState(follower, "following");
    assertThat(newest().event()).isEqualTo(Event.FOLLOWING);
  }

  @Test
  void anEmptiedSourceIsFollowedOnlyWhenAPersonHasAcceptedIt() {
    world.shadow("data");
    FollowPrimary follower = follow();
    awaitEqual(1);
    awaitState(follower, "following");
    for (int i = 0; i < 18; i++) {
      bucket.delete("data/object-%02d".formatted(i));
    }
    settle();
    tell(world, at(1).keySet().stream().map(key -> key.substring(5)).toArray(String[]::new));

    awaitWarning(follower, "are kept");

    assertThat(at(1)).hasSize(20);
    PointRef held = world.shadow("data");
    world.stores.expiry(World.WEST).accept(held.point());
    threads.getFirst().interrupt(); // a new one looks at the points at once
    follow();
    awaitEqual(1);
  }

  /// What a generation was in step with outlives the process.
  @Test
  void withoutAnyPointAnEmptiedSourceIsFollowedOnlyWhenAPersonHasTakenOne() throws Exception {
    FollowPrimary follower = follow();
    awaitEqual(1);
    awaitState(follower, "following");
    for (int i = 0; i < 18; i++) {
      bucket.delete("data/object-%02d".formatted(i));
    }
    settle();
    tell(world, at(1).keySet().stream().map(key -> key.substring(5)).toArray(String[]::new));
    awaitWarning(follower, "18 files that the source lost are kept");
    threads.getFirst().interrupt();
    threads.getFirst().join();
    hints.clear();
    world.restart();

    awaitWarning(follow(), "gnomon points accept");

    assertThat(at(1)).hasSize(20);
    world.shadow("data");
    threads.getLast().interrupt(); // a new one looks at the points at once
    follow();
    awaitEqual(1);
    assertThat(at(1)).hasSize(2);
  }

  private void emptySource() {
    for (int i = 0; i < 18; i++) {
      bucket.delete("data/object-%02d".formatted(i));
    }
    settle();
  }

  /// Such as one that was archived: then it is never wholly in step.
  @Test
  void anObjectThatCantBeReadLetsNoEmptiedSourceThrough() {
    bucket.before(call -> {
      if (call.equals("read object-19")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "archived");
      }
    });
    FollowPrimary follower = follow();
    awaitWarning(follower, "'object-19': archived");
    SortedMap<String, String> then = at(1);
    emptySource();
    tell(world, then.keySet().stream().map(key -> key.substring(5)).toArray(String[]::new));

    awaitWarning(follower, "files that the source lost are kept");

    assertThat(then).hasSize(19);
    assertThat(at(1)).isEqualTo(then);
  }

  /// The next generation holds nothing that could be kept back.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void afterASilenceAnEmptiedSourceDoesNotTakeThePlaceOfWhatIsKept(boolean guarded)
      throws Exception {
    FollowPrimary first = follow();
    awaitEqual(1);
    awaitState(first, "following");
    emptySource();
    if (guarded) {
      tell(world, at(1).keySet().stream().map(key -> key.substring(5)).toArray(String[]::new));
      awaitWarning(first, "are kept");
    }
    World elsewhere = process("second");
    elsewhere.gone = false;
    world.gone = false;
    FollowPrimary second = follow(elsewhere, SELDOM);
    awaitState(second, "in use by");
    clock.forward(Replica.ABANDONED_AFTER.plusMinutes(1));

    awaitWarning(second, "the primary has 2 files, and had 20");

    awaitEqual(2);
    assertThat(at(1)).hasSize(20);
    assertThat(drops(elsewhere).plan(data)).isEmpty();
    elsewhere.shadow("data");
    threads.getLast().interrupt(); // a new one looks at the points at once
    threads.getLast().join();
    FollowPrimary third = follow(elsewhere, SELDOM);
    await().until(() -> !drops(elsewhere).plan(data).isEmpty());
    assertThat(third.state().report().warning().orElse("")).doesNotContain("and had 20");
  }

  /// The first point of all: there is none before it that could have held it.
  @Test
  void theFirstPointOfAnUpdateTakesNothingThatIsKept() {
    FollowPrimary follower = follow();
    awaitEqual(1);
    awaitState(follower, "following");
    emptySource();
    tell(world, at(1).keySet().stream().map(key -> key.substring(5)).toArray(String[]::new));
    awaitWarning(follower, "are kept");

    world.update("u1", "data");

    assertThat(world.updateRecords.ready(new UpdateId("u1"))).isPresent();
    assertThat(at(1)).hasSize(20);
    assertThat(newest().event()).isEqualTo(Event.FOLLOWING);
  }

  private static DropGenerations drops(World of) {
    return new DropGenerations(
        of.records, of.routes, of.surroundings.replicas(), of.surroundings.fence(), of.stores);
  }

  @Test
  void whatAnotherProcessIsToldRightAfterItsMarkWasFoundIsMarkedAgain() {
    tell(world, "object-03");
    assertThat(world.openWork.open(OpenWork.Kind.HINTS)).containsExactly("data.west");
    world.openWork.closed(OpenWork.Kind.HINTS, "data.west"); // as by who follows

    tell(world, "object-04");

    assertThat(world.openWork.open(OpenWork.Kind.HINTS)).containsExactly("data.west");
  }

  @Test
  void aMarkThatGoesAlthoughTheAnswerIsLostIsNotLost() {
    OpenWork unsure = new OpenWork(losingAnswers(cells.get(World.WEST)), world.records);
    world.openWork.opened(OpenWork.Kind.HINTS, "data.west");

    try (ChangeFeed feed =
        new KeyHints(world.catalogue, unsure).open(data.name(), World.WEST, PLACE)) {
      await().until(() -> feed.take(Duration.ZERO).lost().isPresent());
    }

    assertThat(world.openWork.open(OpenWork.Kind.HINTS)).isEmpty();
  }

  /// One whose deletions take effect and say nothing.
  private static ObjectStore losingAnswers(ObjectStore store) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              Object answer = method.invoke(store, arguments);
              if (method.getName().equals("delete")) {
                throw new ObjectStoreException(
                    ObjectStoreException.Kind.OUTCOME_UNKNOWN, "the answer got lost");
              }
              return answer;
            });
  }

  @Test
  void whatAnotherProcessIsToldIsComparedSoon() {
    FollowPrimary follower = follow();
    awaitEqual(1);
    awaitState(follower, "following");
    World elsewhere = process("second");
    bucket.put("data/object-03", "changed");
    settle();

    tell(elsewhere, "object-03");
    tell(elsewhere, "object-03");

    awaitEqual(1);
    await().until(() -> world.openWork.open(OpenWork.Kind.HINTS).isEmpty());
    await().until(() -> follower.state().report().events());
  }

  @Test
  void whatLiesElsewhereIsNobodysHint() {
    BucketHints.give(
        new BucketChanged(
            List.of(
                new ChangedObject("bucket", "database/a"), new ChangedObject("another", "data/a"))),
        hints(world)::notified);

    assertThat(world.openWork.open(OpenWork.Kind.HINTS)).isEmpty();
  }

  @Test
  void aFloodOfHintsIsAComparisonAndNotOneEach() throws Exception {
    FollowPrimary follower = follow();
    awaitEqual(1);
    awaitState(follower, "following");
    bucket.put("data/object-03", "changed");
    settle();
    bucket.calls();
    String[] keys = new String[30_000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = "made-up-" + i;
    }

    for (int round = 0; round < 12; round++) {
      tell(world, keys);
      boolean ignored = new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
    }

    awaitEqual(1);
    assertThat(bucket.calls()).filteredOn(call -> call.startsWith("list")).hasSizeLessThan(3);
  }

  /// What `gnomon status` and the metrics show, from a follower that really runs.
  @Test
  void theStatusShowsHowItGoes() {
    bucket.put("data/" + "d/".repeat(505) + "long", "its key is too long there");
    settle();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Followers followers = new Followers(world.catalogue.resources(), tools(world, SELDOM), meters);
    StatusView view =
        new StatusView(
            world.catalogue,
            world.records,
            world.routes,
            world.stores,
            world.surroundings.replicas(),
            followers,
            new FollowVersions(world.catalogue, world.stores, world.openWork, clock),
            world.views,
            new UpdateViews(world.records),
            world.pause,
            world.decisions);
    assertThat(shadow(view).follows().orElseThrow())
        .isEqualTo(
            new StatusView.FollowStatus(
                "begins",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                Optional.empty(),
                0,
                Optional.empty()));

    followers.start(new StartupEvent());
    try {
      await().until(() -> at(1).size() == 20);
      await().until(() -> shadow(view).follows().orElseThrow().state().equals("following"));
      bucket.put("data/object-03", "changed");
      tell(world, "object-03");
      await().until(() -> shadow(view).follows().orElseThrow().events());

      StatusView.FollowStatus follows = shadow(view).follows().orElseThrow();
      assertThat(follows.lag()).isPresent();
      assertThat(follows.median()).isPresent();
      assertThat(follows.p99()).isEqualTo(follows.median());
      assertThat(follows.max()).isEqualTo(follows.median());
      assertThat(follows.batches()).isEqualTo(1);
      assertThat(follows.verified()).isPresent();
      assertThat(follows.warning()).isEmpty();
      StatusView.ReplicaStatus holds = shadow(view).holds().orElseThrow();
      assertThat(holds.event()).isEqualTo("FOLLOWING");
      assertThat(holds.objects()).contains(20L);
      assertThat(holds.notServed()).isEqualTo(1);
      assertThat(holds.examples())
          .singleElement()
          .satisfies(one -> assertThat(one.reason()).contains("S3 takes 1024"));
      assertThat(meters.get("gnomon.replica.lag").tag("cell", "west").gauge().value())
          .isBetween(0.0, 300.0);
    } finally {
      followers.stop(new ShutdownEvent());
    }
  }

  private static StatusView.ShadowStatus shadow(StatusView view) {
    return view.now().resources().getFirst().shadows().getFirst();
  }
}
