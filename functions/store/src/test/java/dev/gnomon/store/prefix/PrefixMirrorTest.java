package dev.gnomon.store.prefix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.prefix.Written;
import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.verification.buckets.InMemoryBucket;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One prefix that is kept equal to another one.
class PrefixMirrorTest {
  private static final S3Prefix FROM = S3Prefix.of("s3+http://east:9000/bucket/data");
  private static final S3Prefix TO = S3Prefix.of("s3+http://east:9000/cell/serving/data/000001");

  private final AtomicReference<Instant> time =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryBucket source = new InMemoryBucket(time::get);
  private final InMemoryBucket target = new InMemoryBucket(time::get);
  private TreeMirror mirror = mirror();
  private Runnable between = () -> {};
  private LongPredicate mayShrinkTo = files -> true;
  private int stopAfter = Integer.MAX_VALUE;
  private Runnable stopping = () -> {};

  private TreeMirror mirror() {
    return new PrefixMirror(
        source.open(FROM, PrefixSpec.DEFAULT), target.open(TO, PrefixSpec.DEFAULT));
  }

  private final TreeMirror.Control control =
      new TreeMirror.Control() {
        @Override
        public boolean stopped() {
          if (stopAfter-- > 0) {
            return false;
          }
          stopping.run();
          return true;
        }

        @Override
        public boolean mayShrinkTo(long files) {
          return mayShrinkTo.test(files);
        }

        @Override
        public void between() {
          between.run();
        }
      };

  private void later() {
    time.updateAndGet(now -> now.plus(Duration.ofSeconds(5)));
  }

  private Brought compare() throws Exception {
    return compare(Depth.STATS);
  }

  private Brought compare(Depth depth) throws Exception {
    later();
    Brought brought = mirror.everything(depth, control);
    later();
    return brought;
  }

  private Brought told(String... keys) throws Exception {
    return mirror.changed(List.of(keys).stream().map(Change::of).toList(), control);
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      source.put("data/object-%03d".formatted(i), "content " + i, attributes("" + i));
    }
  }

  private static Attributes attributes(String value) {
    return new Attributes(
        new TreeMap<>(Map.of("content-type", "text/x-" + value)),
        new TreeMap<>(Map.of("by", value)),
        new TreeMap<>(Map.of("stage", value)));
  }

  private SortedMap<String, String> moved() {
    TreeMap<String, String> moved = new TreeMap<>();
    source
        .contents()
        .forEach((key, value) -> moved.put(TO.prefix() + key.substring("data/".length()), value));
    return moved;
  }

  private void assertEqual() {
    assertThat(target.contents()).isEqualTo(moved());
  }

  @ParameterizedTest
  @EnumSource(Versioning.class)
  void whatWasFoundEqualIsAskedForNoMore(Versioning versioning) throws Exception {
    source.versioning(versioning);
    fill(30);

    Brought first = compare();
    assertThat(first.equal()).isTrue();
    assertThat(first.written()).isEqualTo(30);
    assertThat(first.files()).isEqualTo(30);
    assertThat(mirror.comparedAll()).isTrue();
    assertEqual();
    compare();
    source.calls();
    target.calls();

    Brought quiet = compare();

    assertThat(quiet.equal()).isTrue();
    assertThat(quiet.written() + quiet.deleted()).isZero();
    assertThat(mirror.comparedAll()).isFalse();
    assertThat(source.calls()).containsExactly("list ");
    assertThat(target.calls()).containsExactly("list ");
  }

  @Test
  void whatNobodyToldIsFoundByTheLists() throws Exception {
    fill(30);
    compare();
    compare();
    source.put("data/object-001", "changed");
    source.put("data/object-002", "content 2", attributes("other"));
    source.put("data/added", "added");
    source.delete("data/object-003");
    target.delete(TO.prefix() + "object-004");
    target.put(TO.prefix() + "object-005", "somebody else's");
    target.put(TO.prefix() + "alien", "somebody else's");

    Brought brought = compare();

    assertEqual();
    assertThat(brought.written()).isEqualTo(5);
    assertThat(brought.deleted()).isEqualTo(2);
    assertThat(brought.files()).isEqualTo(30);
  }

  @Test
  void whatWasWrittenTheSecondBeforeItWasLookedAtIsLookedAtAgain() throws Exception {
    fill(3);
    compare();
    compare();
    source.put("data/object-001", "content 1", attributes("new"));
    mirror.everything(Depth.STATS, control);
    // In the same second, so no list differs.
    source.put("data/object-001", "content 1", attributes("newest"));

    mirror.everything(Depth.STATS, control);

    assertEqual();
  }

  @Test
  void tagsAloneAreFoundWhenTheyAreToldOrAllIsCompared() throws Exception {
    fill(5);
    compare();
    compare();
    source.tag("data/object-001", new TreeMap<>(Map.of("stage", "told")));
    source.tag("data/object-002", new TreeMap<>(Map.of("stage", "not told")));

    told("object-001");
    compare();
    assertThat(target.contents().get(TO.prefix() + "object-001")).contains("told");
    assertThat(target.contents().get(TO.prefix() + "object-002")).doesNotContain("not told");

    Brought brought = compare(Depth.CONTENT);

    assertEqual();
    assertThat(brought.damaged()).isZero();
  }

  @Test
  void contentIsReadOnlyWhereTagsOfContentDoNotTell() throws Exception {
    byte[] bytes = "in parts".getBytes(UTF_8);
    source.put("data/parts", bytes, "0123456789abcdef0123456789abcdef-2", Attributes.NONE);
    fill(3);
    compare();
    mirror = mirror();
    source.calls();
    target.calls();

    Brought brought = compare();

    assertThat(brought.written()).isZero();
    assertThat(source.calls())
        .filteredOn(call -> call.startsWith("read"))
        .containsExactly("read parts");
    assertThat(target.calls()).filteredOn(call -> call.startsWith("put")).isEmpty();
    assertEqual();
  }

  @Test
  void aServerThatKeepsOtherHeadersIsNotWrittenToForEver() throws Exception {
    fill(3);
    compare();
    target.before(call -> {
      if (call.equals("look object-001")) {
        target.tag(TO.prefix() + "object-001", new TreeMap<>(Map.of("its", "own")));
      }
    });
    mirror = mirror();

    assertThat(compare().written()).isEqualTo(1);
    Brought second = compare();

    assertThat(second.written()).isZero();
    assertThat(second.refusals()).singleElement().asString().contains("'object-001'");
    assertThat(second.equal()).isTrue();
  }

  @Test
  void aSourceThatCantBeListedLosesNothingHere() throws Exception {
    source.page(10);
    fill(30);
    compare();
    SortedMap<String, String> then = target.contents();
    source.delete("data/object-001");
    source.before(call -> {
      if (call.equals("list data/object-010")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "it is away");
      }
    });

    Brought brought = compare();

    assertThat(brought.equal()).isFalse();
    assertThat(brought.faults()).containsExactly("it is away");
    assertThat(target.contents()).isEqualTo(then);
    source.before(call -> {});
    assertThat(compare().equal()).isTrue();
    assertEqual();
  }

  @Test
  void anObjectThatCantBeReadKeepsNoOtherBack() throws Exception {
    fill(5);
    source.before(call -> {
      if (call.equals("read object-002")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "archived");
      }
    });

    Brought brought = compare();

    assertThat(brought.written()).isEqualTo(4);
    assertThat(brought.faults()).containsExactly("'object-002': archived");
    assertThat(brought.equal()).isFalse();
    source.before(call -> {});
    assertThat(compare().equal()).isTrue();
    assertEqual();
  }

  @Test
  void nothingIsDeletedThatWouldShrinkItTooMuch() throws Exception {
    fill(10);
    compare();
    SortedMap<String, String> then = target.contents();
    for (int i = 0; i < 10; i++) {
      source.delete("data/object-%03d".formatted(i));
    }
    mayShrinkTo = files -> files > 5;

    assertThat(told("object-000", "object-001").deleted()).isEqualTo(2);
    assertThat(told("object-002", "object-003", "object-004", "object-005").keptBack())
        .isEqualTo(4);
    Brought brought = compare();

    assertThat(brought.keptBack()).isEqualTo(8);
    assertThat(then).containsAllEntriesOf(target.contents());
    assertThat(target.contents()).hasSize(8);
    mayShrinkTo = files -> true;
    assertThat(compare().deleted()).isEqualTo(8);
  }

  @Test
  void whatComesBackBeforeItIsDeletedStays() throws Exception {
    fill(5);
    compare();
    source.delete("data/object-001");
    mayShrinkTo =
        files -> {
          source.put("data/object-001", "back");
          return true;
        };

    Brought brought = compare();

    assertThat(brought.deleted()).isZero();
    assertThat(brought.unsettled()).containsExactly(Change.of("object-001"));
    told("object-001");
    assertEqual();
  }

  @Test
  void whatIsToldWhileEverythingIsComparedIsBroughtThen() throws Exception {
    fill(2000);
    compare();
    between =
        () -> {
          between = () -> {};
          source.put("data/object-000", "written meanwhile");
          source.delete("data/object-001");
          source.put("data/zzz", "added meanwhile");
          try {
            told("object-000", "object-001", "zzz");
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          assertThat(target.contents().get(TO.prefix() + "object-000")).startsWith("written");
        };

    Brought brought = compare();

    assertThat(brought.equal()).isTrue();
    assertEqual();
  }

  @Test
  void namesThatCantBeServedAreListed() throws Exception {
    fill(2);
    String longest = "d/".repeat(400) + "x".repeat(1024 - 800 - TO.prefix().length());
    source.put("data/" + longest, "just served");
    source.put("data/" + longest + "y", "too long");
    source.put("data/a/../b", "not a key");

    Brought brought = compare();
    told("a/../b", longest + "y", ".gnomon-trial/x");

    assertThat(brought.files()).isEqualTo(3);
    assertThat(mirror.unserved().count()).isEqualTo(2);
    assertThat(mirror.unserved().examples())
        .extracting(one -> one.reason())
        .containsExactly("a segment '..'", "its key has 1025 bytes with its prefix, S3 takes 1024");
    assertThat(target.contents()).hasSize(3).containsKey(TO.prefix() + longest);
  }

  @Test
  void stoppedItSaysWhatItDidNotReach() throws Exception {
    fill(600);
    stopAfter = 300;

    Brought brought = compare();

    assertThat(brought.finished()).isFalse();
    assertThat(target.contents()).hasSizeBetween(1, 599);
    CountDownLatch begun = new CountDownLatch(1);
    target.before(call -> begun.countDown());
    stopAfter = 1;
    stopping = () -> await(begun);
    assertThat(told("object-001", "object-002").unsettled())
        .containsExactly(Change.of("object-002"));
    stopping = () -> {};
    stopAfter = Integer.MAX_VALUE;
    assertThat(compare().equal()).isTrue();
    assertEqual();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killedAtAnyCallTheNextOneEndsEqual(boolean atTheSource) throws Exception {
    InMemoryBucket killed = atTheSource ? source : target;
    for (int kill = 1; kill < 60; kill += 3) {
      fill(8);
      target.put(TO.prefix() + "extra-" + kill, "extra");
      source.put("data/object-004", "round " + kill);
      source.delete("data/object-005");
      int[] left = {kill};
      killed.before(call -> {
        if (--left[0] == 0) {
          throw new Killed();
        }
      });
      try {
        compare();
      } catch (Killed e) {
        assertThat(left[0]).isLessThanOrEqualTo(0);
      }
      killed.before(call -> {});
      mirror = mirror();

      assertThat(compare().equal()).isTrue();
      assertEqual();
    }
  }

  /// Random writes to both sides of which some are told, often twice and late.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whateverIsToldTheListsMakeItEqual(long seed) throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    source.versioning(random.nextBoolean() ? Versioning.ENABLED : Versioning.NONE);
    target.versioning(random.nextBoolean() ? Versioning.ENABLED : Versioning.NONE);
    source.page(1 + random.nextInt(20));
    target.page(1 + random.nextInt(20));
    for (int i = 0; i < 400; i++) {
      String key = "k" + random.nextInt(40);
      switch (random.nextInt(10)) {
        case 0, 1 -> source.delete("data/" + key);
        case 2 -> target.put(TO.prefix() + key, "damage " + i);
        case 3 -> target.delete(TO.prefix() + key);
        default -> source.put("data/" + key, "of " + random.nextInt(3), attributes("" + i));
      }
      if (random.nextInt(3) == 0) {
        told(key, "k" + random.nextInt(40), key);
      }
      if (random.nextInt(4) == 0) {
        time.updateAndGet(now -> now.plusMillis(random.nextInt(3000)));
      }
      if (random.nextInt(25) == 0) {
        mirror.everything(Depth.STATS, control);
        assertEqual();
      }
      if (random.nextInt(60) == 0) {
        mirror = mirror();
      }
    }

    mirror.everything(Depth.STATS, control);

    assertEqual();
  }

  @Test
  void pairsBeyondTheLimitAreNotRemembered() {
    KnownPairs known = new KnownPairs(5000);
    for (int i = 1; i <= 6000; i++) {
      assertThat(known.add(new KnownPairs.Print(i, 31L * i))).isEqualTo(i <= 5000);
    }
    for (int i = 1; i <= 6000; i++) {
      assertThat(known.contains(new KnownPairs.Print(i, 31L * i))).isEqualTo(i <= 5000);
    }
    assertThat(known.size()).isEqualTo(5000);
    assertThat(known.add(new KnownPairs.Print(1, 31))).isTrue();
  }

  @Test
  void bucketsOfOneServerCopyInside() throws Exception {
    source.versioning(Versioning.ENABLED);
    Bucket from = source.open(FROM, PrefixSpec.DEFAULT);
    fill(3);
    // In memory each bucket copies within itself only, so both are one here.
    mirror = new PrefixMirror(from, source.open(TO, PrefixSpec.DEFAULT));
    SortedMap<String, String> expected = moved();
    source.calls();

    compare();

    assertThat(source.calls())
        .filteredOn(call -> call.startsWith("put") || call.startsWith("read"))
        .isEmpty();
    assertThat(source.contents()).containsAllEntriesOf(expected);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void toldToStopItDropsWhatIsNotBegun() throws Exception {
    fill(30);
    CountDownLatch toldToStop = new CountDownLatch(1);
    stopAfter = 30; // each key is submitted by then
    stopping = toldToStop::countDown;
    target.before(call -> {
      if (call.startsWith("put")) {
        await(toldToStop);
      }
    });

    Brought brought =
        told(
            source.contents().keySet().stream()
                .map(key -> key.substring(5))
                .toArray(String[]::new));

    assertThat(brought.finished()).isFalse();
    assertThat(brought.faultCount()).isZero();
    assertThat(brought.unsettled()).hasSizeGreaterThanOrEqualTo(30 - PrefixRestores.THREADS);
    assertThat(brought.written() + brought.unsettled().size()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void toldToStopItWaitsForNoLargeObject(boolean interrupted) throws Exception {
    fill(1);
    Bucket to = target.open(TO, PrefixSpec.DEFAULT);
    CountDownLatch begun = new CountDownLatch(1);
    mirror =
        mirror(
            to(
                to,
                content -> {
                  begun.countDown();
                  while (true) {
                    content.get().read(); // as long as it does not fail
                  }
                }));
    TreeMirror.Control patient =
        new TreeMirror.Control() {
          @Override
          public boolean stopped() {
            return interrupted ? Thread.currentThread().isInterrupted() : begun.getCount() == 0;
          }

          @Override
          public boolean mayShrinkTo(long files) {
            return true;
          }

          @Override
          public void between() {}
        };
    Thread follower = Thread.currentThread();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              await(begun);
              if (interrupted) {
                follower.interrupt();
              }
            });

    Brought brought = mirror.everything(Depth.STATS, patient);

    assertThat(Thread.interrupted()).isEqualTo(interrupted);
    other.join();
    assertThat(brought.finished()).isFalse();
    assertThat(brought.faultCount()).isZero();
    assertThat(brought.unsettled()).containsExactly(Change.of("object-000"));
    assertThat(target.contents()).isEmpty();
  }

  private TreeMirror mirror(Bucket to) {
    return new PrefixMirror(source.open(FROM, PrefixSpec.DEFAULT), to);
  }

  private interface Put {
    void put(Supplier<InputStream> content) throws IOException;
  }

  /// A bucket that does something with content before it writes it.
  private static Bucket to(Bucket bucket, Put first) {
    BucketWriter writer = bucket.writer();
    return new Bucket(
        bucket.place(),
        bucket.reader(),
        new BucketWriter() {
          @Override
          public Written put(
              String key, Attributes attributes, long size, Supplier<InputStream> content) {
            try {
              first.put(content);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return writer.put(key, attributes, size, content);
          }

          @Override
          public Optional<Written> copy(String key, S3Prefix from, String fromKey, String version) {
            return writer.copy(key, from, fromKey, version);
          }

          @Override
          public void delete(List<String> keys) {
            writer.delete(keys);
          }

          @Override
          public void tag(String key, SortedMap<String, String> tags) {
            writer.tag(key, tags);
          }
        },
        bucket.spec(),
        bucket.largestCopyBytes());
  }

  @Test
  void attributesThatChangeWhileTheyAreBroughtAreNotTakenForRefused() throws Exception {
    fill(3);
    compare();
    SortedMap<String, String> then = new TreeMap<>(Map.of("stage", "1"));
    target.tag(TO.prefix() + "object-001", new TreeMap<>(Map.of("its", "own")));
    source.before(call -> {
      if (call.equals("read object-001")) {
        source.tag("data/object-001", new TreeMap<>(Map.of("stage", "meanwhile")));
      }
    });
    told("object-001");
    assertEqual();
    source.before(call -> {});
    source.tag("data/object-001", then);

    Brought brought = told("object-001");

    assertEqual();
    assertThat(brought.refusals()).isEmpty();
  }

  @Test
  void whatIsDeletedAndPutBackIsNotTakenForRefused() throws Exception {
    fill(3);
    compare();
    SortedMap<String, String> own = new TreeMap<>(Map.of("its", "own"));
    target.tag(TO.prefix() + "object-001", own);
    source.before(call -> {
      if (call.equals("read object-001")) {
        source.delete("data/object-001");
      }
    });
    told("object-001");
    source.before(call -> {});
    source.put("data/object-001", "content 1", attributes("1"));
    target.put(TO.prefix() + "object-001", "content 1", attributes("1"));
    target.tag(TO.prefix() + "object-001", own);

    told("object-001");

    assertEqual();
  }

  @Test
  void whatCantBeRememberedAsRefusedIsLeftAndNamed() throws Exception {
    fill(20);
    compare();
    target.before(call -> {
      if (call.startsWith("look ")) {
        target.tag(TO.prefix() + call.substring(5), new TreeMap<>(Map.of("its", "own")));
      }
    });
    mirror =
        new PrefixMirror(
            source.open(FROM, PrefixSpec.DEFAULT),
            target.open(TO, PrefixSpec.DEFAULT),
            new KnownPairs(1),
            Clock.systemUTC());
    compare();

    Brought brought = compare();

    assertThat(brought.written()).isZero();
    assertThat(brought.refusals()).isNotEmpty();
    assertThat(brought.equal()).isTrue();
  }

  @Test
  void whatNoServerAlteredIsBroughtAlthoughNoMoreCanBeRemembered() throws Exception {
    whatCantBeRememberedAsRefusedIsLeftAndNamed();
    source.put(
        "data/object-007",
        "content 7",
        new Attributes(
            new TreeMap<>(Map.of("content-type", "text/x-corrected")),
            new TreeMap<>(Map.of("by", "7")),
            new TreeMap<>(Map.of("stage", "7"))));

    Brought brought = compare();

    assertThat(brought.written()).isEqualTo(1);
    assertThat(target.contents().get(TO.prefix() + "object-007")).contains("text/x-corrected");
    assertThat(compare().written()).isZero();
  }

  /// A server answers "not there" for an object of a bucket that is away.
  @Test
  void aKeyThatIsToldWhileItsBucketIsAwayIsNotDeleted() throws Exception {
    fill(20);
    compare();
    SortedMap<String, String> then = target.contents();
    source.delete("data/object-001");
    source.before(call -> {
      if (call.startsWith("list")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "NoSuchBucket");
      }
    });

    Brought brought = told("object-001");

    assertThat(target.contents()).isEqualTo(then);
    assertThat(brought.deleted()).isZero();
    assertThat(brought.faults()).containsExactly("NoSuchBucket");
    source.before(call -> {});
    assertThat(told("object-001").deleted()).isEqualTo(1);
    assertEqual();
  }

  @Test
  void whatTheListHasIsNotDeleted() throws Exception {
    fill(20);
    compare();
    source.delete("data/object-001");
    source.before(call -> {
      if (call.startsWith("list")) {
        source.put("data/object-001", "back");
      }
    });

    Brought brought = told("object-001");

    assertThat(brought.deleted()).isZero();
    assertThat(brought.unsettled()).containsExactly(Change.of("object-001"));
    told("object-001");
    assertEqual();
  }

  @Test
  void aServerThatRefusesToCopyIsAskedAFewTimesAndTheRestIsFetched() throws Exception {
    source.versioning(Versioning.ENABLED);
    fill(3);
    source.before(call -> {
      if (call.startsWith("copy")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "AccessDenied");
      }
    });
    mirror = mirror(source.open(TO, PrefixSpec.DEFAULT));
    SortedMap<String, String> expected = moved();

    Brought brought = told("object-000", "object-001", "object-002");

    assertThat(brought.faults()).isEmpty();
    assertThat(source.contents()).containsAllEntriesOf(expected);
    source.calls();
    source.put("data/object-001", "changed");
    told("object-001");
    assertThat(source.calls()).filteredOn(call -> call.startsWith("copy")).isEmpty();
    assertThat(source.contents().get(TO.prefix() + "object-001")).startsWith("changed");
  }

  @Test
  void oneObjectThatMayNotBeCopiedKeepsNoOtherFromIt() throws Exception {
    source.versioning(Versioning.ENABLED);
    fill(3);
    source.before(call -> {
      if (call.startsWith("copy object-000")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "AccessDenied");
      }
    });
    mirror = mirror(source.open(TO, PrefixSpec.DEFAULT));
    for (int i = 0; i < 5; i++) {
      source.put("data/object-000", "round " + i);
      told("object-000");
      assertThat(source.contents().get(TO.prefix() + "object-000")).startsWith("round " + i);
    }
    source.calls();

    told("object-001");

    assertThat(source.calls()).anyMatch(call -> call.startsWith("copy object-001"));
  }

  /// A copy inside the server can't be ended.
  @Test
  void whatTakesLongToCopyPassesThroughThisProcess() {
    source.versioning(Versioning.ENABLED);
    source.put("data/object-000", "first");
    Bucket from = source.open(FROM, PrefixSpec.DEFAULT);
    Found found = from.reader().look("object-000", Optional.empty()).orElseThrow();
    ServerCopies copies = new ServerCopies(from, source.open(TO, PrefixSpec.DEFAULT));

    assertThat(copies.make("object-000", withSize(found, ServerCopies.LARGEST_BYTES + 1)))
        .isEqualTo(ServerCopies.Made.NO);
    assertThat(copies.make("object-000", withSize(found, ServerCopies.LARGEST_BYTES)))
        .isEqualTo(ServerCopies.Made.YES);
  }

  private static Found withSize(Found found, long size) {
    return new Found(size, found.etag(), found.modified(), found.version(), found.attributes());
  }

  @Test
  void whatChangedBeforeItWasReadAgainIsClosed() throws Exception {
    fill(1);
    AtomicInteger open = new AtomicInteger();
    Bucket to =
        to(
            target.open(TO, PrefixSpec.DEFAULT),
            content -> {
              content.get().close();
              source.put("data/object-000", "another");
            });
    mirror = new PrefixMirror(counted(source.open(FROM, PrefixSpec.DEFAULT), open), to);

    Brought brought = told("object-000");

    assertThat(brought.unsettled()).containsExactly(Change.of("object-000"));
    assertThat(open).hasValue(0);
  }

  /// A bucket that counts bodies that are open.
  private static Bucket counted(Bucket bucket, AtomicInteger open) {
    BucketReader reader = bucket.reader();
    return new Bucket(
        bucket.place(),
        new BucketReader() {
          @Override
          public Versioning versioning() {
            return reader.versioning();
          }

          @Override
          public Listed.Page list(String from, Optional<String> next, boolean versions) {
            return reader.list(from, next, versions);
          }

          @Override
          public KeyVersion.Page history(Optional<String> next) {
            return reader.history(next);
          }

          @Override
          public Optional<Found> look(String key, Optional<String> version) {
            return reader.look(key, version);
          }

          @Override
          public Optional<Body> read(String key, Optional<String> version) {
            return reader
                .read(key, version)
                .map(body -> {
                  open.incrementAndGet();
                  return new Body(
                      body.found(),
                      new FilterInputStream(body.content()) {
                        private boolean closed;

                        @Override
                        public void close() {
                          if (!closed) {
                            closed = true;
                            open.decrementAndGet();
                          }
                        }
                      });
                });
          }

          @Override
          public Optional<String> obstacle(String key) {
            return reader.obstacle(key);
          }
        },
        bucket.writer(),
        bucket.spec(),
        bucket.largestCopyBytes());
  }

  /// The server's clock goes wrong by days; what counts is how long ago by that clock it was.
  @Test
  void theTimeOfAChangeIsThatOfThisMachine() throws Exception {
    Instant here = Instant.parse("2026-03-03T00:00:00Z");
    fill(3);
    mirror =
        new PrefixMirror(
            source.open(FROM, PrefixSpec.DEFAULT),
            target.open(TO, PrefixSpec.DEFAULT),
            new KnownPairs(),
            Clock.fixed(here, ZoneOffset.UTC));
    mirror.everything(Depth.STATS, control);
    time.updateAndGet(now -> now.minusSeconds(3));
    source.put("data/object-001", "changed");
    time.updateAndGet(now -> now.plusSeconds(3));

    assertThat(told("object-001").oldestChangeMillis())
        .isEqualTo(here.minusSeconds(3).toEpochMilli());
  }

  @Test
  void whenTagsWereChangedIsNotKnown() throws Exception {
    fill(3);
    compare();
    source.tag("data/object-001", new TreeMap<>(Map.of("stage", "told")));

    Brought brought = told("object-001");

    assertThat(brought.written()).isEqualTo(1);
    assertThat(brought.oldestChangeMillis()).isEqualTo(Long.MAX_VALUE);
  }
}
