package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.Expiry.CollectReport;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Captures, expiry, collections and deaths in any order: every point that remains can be restored.
class GarbagePropertyTest {
  private static final Duration GRACE = Duration.ofHours(2);
  private static final int STEPS = 120;

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);
  private final StoreFixture store = StoreFixture.on(objects, settings);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void everyRemainingPointVerifiesAfterEachStep(long fixed) throws IOException {
    long seed = fixed == 0 ? Long.getLong("gnomon.seed", System.nanoTime()) : fixed;
    System.out.println("GarbagePropertyTest: -Dgnomon.seed=" + seed);
    Random random = new Random(seed);
    Path source = Files.createDirectory(directory.resolve("source" + fixed));
    Files.writeString(source.resolve("anchor"), "anchor");
    SortedMap<PointId, Point> model = new TreeMap<>();
    for (int step = 0; step < STEPS; step++) {
      String did = step(random, source, model, "job-" + seed + "-" + step);
      check(model, "seed " + seed + " step " + step + ": " + did);
    }
    assertThat(objects.names().stream().filter(name -> name.value().contains("/packs/")).count())
        .isLessThan(4L * STEPS);
  }

  private String step(Random random, Path source, SortedMap<PointId, Point> model, String job)
      throws IOException {
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        edit(random, source);
        return "captured " + capture(store, source, job, model);
      }
      case 2 -> {
        clock.advance(Duration.ofMinutes(random.nextInt(200)));
        return "waited";
      }
      case 3 -> {
        List<PointId> ids = model.keySet().stream().filter(id -> random.nextInt(3) == 0).toList();
        store.store().expiry().expire(ids);
        ids.stream().filter(id -> !id.equals(model.lastKey())).forEach(model::remove);
        return "expired " + ids;
      }
      case 4 -> {
        return store.store().expiry().collect(GRACE).toString();
      }
      case 5 -> {
        edit(random, source);
        StoreFixture dying = StoreFixture.on(dying(random), settings);
        try {
          return "captured " + capture(dying, source, job, model);
        } catch (ObjectStoreException e) {
          if (random.nextBoolean()) {
            clock.advance(Duration.ofMinutes(random.nextInt(90)));
          }
          return "died, then captured "
              + capture(StoreFixture.on(objects, settings), source, job, model);
        }
      }
      case 6 -> {
        try {
          StoreFixture.on(dying(random), settings).store().expiry().collect(GRACE);
          return "collected";
        } catch (ObjectStoreException e) {
          return "died while collecting";
        }
      }
      default -> {
        // a collection, an expiry or a pause in the middle of a capture
        edit(random, source);
        int at = 1 + random.nextInt(12);
        StoreFixture interrupted =
            StoreFixture.on(interrupting("", at, () -> meanwhile(random, model)), settings);
        return "captured amid others " + capture(interrupted, source, job, model);
      }
    }
  }

  private void meanwhile(Random random, SortedMap<PointId, Point> model) {
    clock.advance(Duration.ofMinutes(random.nextInt(45)));
    StoreFixture other = StoreFixture.on(objects, settings);
    List<PointId> ids = model.keySet().stream().filter(id -> random.nextBoolean()).toList();
    if (!ids.isEmpty()) {
      PointId newest = other.store().shadows().points(StoreFixture.SITE).getFirst().id();
      other.store().expiry().expire(ids);
      ids.stream().filter(id -> !id.equals(newest)).forEach(model::remove);
    }
    other.store().expiry().collect(GRACE);
    clock.advance(Duration.ofMinutes(random.nextInt(60)));
    other.store().expiry().collect(GRACE);
  }

  private String capture(
      StoreFixture by, Path source, String job, SortedMap<PointId, Point> model) {
    CaptureOutcome outcome =
        by.outcome(StoreFixture.request(source, job, PointKind.UNDO, OnChange.RETRY));
    if (outcome instanceof CaptureOutcome.Taken taken) {
      model.put(taken.point().id(), taken.point());
      assertThat(
              StoreFixture.on(objects, settings)
                  .store()
                  .shadows()
                  .compare(taken.point().id(), source, Progress.NONE)
                  .differences())
          .isZero();
    }
    return outcome.toString();
  }

  private void check(SortedMap<PointId, Point> model, String when) {
    StoreFixture fresh = StoreFixture.on(objects, settings);
    assertThat(fresh.store().shadows().points(StoreFixture.SITE))
        .as(when)
        .containsExactlyElementsOf(
            model.values().stream().sorted(Comparator.comparing(Point::id).reversed()).toList());
    for (PointId id : model.keySet()) {
      try {
        fresh.store().restorer().verify(id, Progress.NONE);
      } catch (RuntimeException e) {
        throw new AssertionError(when, e);
      }
    }
  }

  private static void edit(Random random, Path source) throws IOException {
    for (int i = random.nextInt(4); i >= 0; i--) {
      Path file = source.resolve("d" + random.nextInt(3)).resolve("f" + random.nextInt(6));
      Files.createDirectories(file.getParent());
      if (random.nextInt(3) == 0) {
        Files.deleteIfExists(file);
      } else {
        // few contents: old blobs come back, maybe out of condemned packs
        Files.write(file, Trees.random(random.nextInt(12), 2000));
      }
    }
  }

  private ObjectStore dying(Random random) {
    FaultInjectingObjectStore faults = new FaultInjectingObjectStore(objects);
    Operation operation =
        List.of(Operation.CREATE, Operation.PUT, Operation.DELETE).get(random.nextInt(3));
    int nth = 1 + random.nextInt(5);
    return random.nextBoolean()
        ? faults.failBefore(operation, nth, ObjectStoreException.Kind.PERMANENT)
        : faults.failAfter(operation, nth, ObjectStoreException.Kind.PERMANENT);
  }

  /// Lets others work before the nth write of a name that contains a text.
  private ObjectStore interrupting(String text, int nth, Runnable others) {
    return new ForwardingObjectStore(objects) {
      private int writes;

      @Override
      public Creation create(ObjectName name, byte[] content) {
        count(name);
        return super.create(name, content);
      }

      @Override
      public long put(ObjectName name, java.io.InputStream content) {
        count(name);
        return super.put(name, content);
      }

      private synchronized void count(ObjectName name) {
        if (name.value().contains(text) && ++writes == nth) {
          others.run();
        }
      }
    };
  }

  @Test
  void packsGoAfterTheGraceTimeAndNotBefore() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.write(source.resolve("big"), Trees.random(1, 500_000));
    Point first = store.capture(source);
    Files.write(source.resolve("big"), Trees.random(2, 500_000));
    Point second = store.capture(source);
    store.store().expiry().expire(List.of(first.id()));

    assertThat(store.store().expiry().collect(GRACE).condemned()).as("too young").isZero();
    clock.advance(GRACE.plusMinutes(1));
    assertThat(store.store().expiry().collect(GRACE).condemned()).isPositive();
    clock.advance(GRACE.minusMinutes(1));
    assertThat(store.store().expiry().collect(GRACE).deleted()).as("in grace").isZero();
    clock.advance(Duration.ofMinutes(2));
    CollectReport report = store.store().expiry().collect(GRACE);

    assertThat(report.deleted()).isPositive();
    assertThat(report.deletedBytes()).isGreaterThan(500_000);
    assertThat(store.store().expiry().collect(GRACE)).isEqualTo(new CollectReport(0, 0, 0));
    StoreFixture.on(objects, settings).store().restorer().verify(second.id(), Progress.NONE);
    store.restore(second.id(), directory.resolve("target"));
    assertThat(Trees.describe(directory.resolve("target"))).isEqualTo(Trees.describe(source));
  }

  @Test
  void whatComesBackWhileItIsCondemnedIsStoredAnew() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.write(source.resolve("file"), Trees.random(1, 100_000));
    Point first = store.capture(source);
    Files.write(source.resolve("file"), Trees.random(2, 100_000));
    store.capture(source);
    store.store().expiry().expire(List.of(first.id()));
    clock.advance(GRACE.plusMinutes(1));
    assertThat(store.store().expiry().collect(GRACE).condemned()).isPositive();

    Files.write(source.resolve("file"), Trees.random(1, 100_000));
    Point back = store.capture(source);

    assertThat(back.storedBytes()).isGreaterThan(100_000);
    clock.advance(GRACE.plusMinutes(1));
    store.store().expiry().collect(GRACE);
    StoreFixture.on(objects, settings).store().restorer().verify(back.id(), Progress.NONE);
  }

  @Test
  void whatIsCondemnedWhileACaptureRunsIsStoredAnew() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.write(source.resolve("file"), Trees.random(1, 100_000));
    Point first = store.capture(source);
    Files.write(source.resolve("file"), Trees.random(2, 100_000));
    store.capture(source);
    clock.advance(GRACE.plusMinutes(1));
    Files.write(source.resolve("file"), Trees.random(1, 100_000)); // still held by the first point
    StoreFixture interrupted =
        StoreFixture.on(
            interrupting(
                "/index/", // of the part, then of the commit
                2,
                () -> {
                  store.store().expiry().expire(List.of(first.id()));
                  assertThat(store.store().expiry().collect(GRACE).condemned()).isPositive();
                }),
            settings);

    Point point = interrupted.capture(source);

    assertThat(point.storedBytes()).isGreaterThan(100_000);
  }

  @Test
  void aCaptureThatTakesLongerThanHalfTheGraceTimeStartsAgain() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("file"), "one");
    var begun = clock.instant();
    StoreFixture slow =
        StoreFixture.on(
            interrupting("/index/", 2, () -> clock.advance(GRACE.dividedBy(2).plusSeconds(1))),
            settings);

    Point point = slow.capture(source);

    assertThat(point.started()).isAfter(begun);
    StoreFixture.on(objects, settings).store().restorer().verify(point.id(), Progress.NONE);
  }

  @Test
  void aShorterGraceTimeThanTheStoresOwnDoesNotHold() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("file"), "one");
    Point first = store.capture(source);
    Files.writeString(source.resolve("file"), "two");
    store.capture(source);
    store.store().expiry().expire(List.of(first.id()));
    clock.advance(Duration.ofMinutes(30));
    assertThat(store.store().expiry().collect(Duration.ofSeconds(1)).condemned()).isZero();
  }

  @Test
  void manyIndexObjectsBecomeFew() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Point last = null;
    for (int i = 0; i < 70; i++) {
      Files.writeString(source.resolve("file"), "content " + i);
      last = store.capture(source);
    }
    store.store().expiry().collect(GRACE);
    assertThat(objects.names().stream().filter(name -> name.value().contains("/index/")).count())
        .isLessThan(5);
    StoreFixture.on(objects, settings).store().restorer().verify(last.id(), Progress.NONE);
    store.store().restorer().verify(last.id(), Progress.NONE);
  }
}
