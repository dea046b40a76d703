package dev.gnomon.store.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointMarks;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MarkRecordsTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final PointId FIRST = new PointId(SITE, 1);
  private static final PointId NEWEST = new PointId(SITE, 3);
  private static final int SCHEDULES = 3000;
  private static final PointRecords.Term FOREVER =
      new PointRecords.Term(Instant.EPOCH, Duration.ofDays(1_000_000));

  private InMemoryObjectStore objects;
  private PointMarks marks;
  private Expiry expiry;

  @BeforeEach
  void open() {
    objects = store();
    marks = ShadowStores.open(objects).marks();
    expiry = ShadowStores.open(objects).expiry();
  }

  /// A store with three points of nothing.
  private static InMemoryObjectStore store() {
    InMemoryObjectStore objects = new InMemoryObjectStore();
    PointRecords points = new PointRecords(objects, records(objects));
    for (long sequence = 1; sequence <= 3; sequence++) {
      points.place(point(sequence), FOREVER);
    }
    return objects;
  }

  private static StoredPoint point(long sequence) {
    return new StoredPoint(
        new Point(
            new PointId(SITE, sequence),
            PointKind.COMMAND,
            Instant.EPOCH,
            Instant.EPOCH,
            Optional.empty(),
            "job-" + sequence,
            List.of(),
            new ContentHash("0".repeat(64)),
            0,
            0,
            0,
            true,
            false,
            List.of(),
            0),
        new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
        new byte[] {0, 0, 0},
        "/srv/site",
        "1:1");
  }

  private boolean isThere(PointId id) {
    return objects.stat(PointRecords.nameOf(id)).isPresent();
  }

  private long records() {
    return objects.names().stream().filter(n -> n.value().startsWith(MarkRecords.MARKS)).count();
  }

  @Test
  void whatIsSaidTwiceIsSaidOnce() {
    marks.tag(FIRST, "release-7");
    marks.tag(FIRST, "release-7");
    marks.hold(FIRST, "audit");
    Marks said = marks.hold(FIRST, "audit");

    assertThat(said.tags()).containsExactly("release-7");
    assertThat(said.holds()).extracting(Marks.Hold::reason).containsExactly("audit");
    assertThat(records()).isEqualTo(2);
    assertThat(marks.of(SITE)).containsOnlyKeys(FIRST).containsEntry(FIRST, said);
  }

  @Test
  void takingBackIsAFurtherRecordAndMayBeRepeated() {
    marks.tag(FIRST, "blue");
    marks.hold(FIRST, "audit");
    marks.untag(FIRST, "blue");
    marks.untag(FIRST, "blue");
    marks.release(FIRST, Optional.empty());
    Marks said = marks.release(FIRST, Optional.empty());

    assertThat(said.tags()).isEmpty();
    assertThat(said.holds()).isEmpty();
    assertThat(said.count()).isEqualTo(4);
    assertThat(marks.tag(FIRST, "blue").tags()).containsExactly("blue");
  }

  @Test
  void ofSeveralHoldsOneIsReleasedByItsReason() {
    marks.hold(FIRST, "audit");
    marks.hold(FIRST, "incident 12");

    assertThatThrownBy(() -> marks.release(FIRST, Optional.empty()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("2 holds")
        .hasMessageContaining("incident 12");
    assertThat(marks.release(FIRST, Optional.of("audit")).holds())
        .extracting(Marks.Hold::reason)
        .containsExactly("incident 12");
  }

  @Test
  void aPointUnderAHoldIsNotDeletedUntilItIsReleased() {
    marks.hold(FIRST, "audit");

    expiry.expire(List.of(FIRST));
    List<PointId> decidedLater = expiry.expire(Map.of(FIRST, 1L));
    boolean held = isThere(FIRST);
    marks.release(FIRST, Optional.empty());
    List<PointId> released = expiry.expire(Map.of(FIRST, 2L));

    assertThat(decidedLater).isEmpty();
    assertThat(held).isTrue();
    assertThat(released).containsExactly(FIRST);
    assertThat(isThere(FIRST)).isFalse();
  }

  @Test
  void aDecisionThatKnewLessThanIsSaidNowDeletesNothing() {
    marks.tag(FIRST, "release-7");
    marks.hold(FIRST, "audit");
    marks.release(FIRST, Optional.empty());

    assertThat(expiry.expire(Map.of(FIRST, 0L))).isEmpty();
    assertThat(isThere(FIRST)).isTrue();
  }

  @Test
  void nothingIsSaidAboutAPointThatIsGone() {
    expiry.expire(List.of(FIRST));

    assertThatThrownBy(() -> marks.hold(FIRST, "audit"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no point site@1");
    assertThatThrownBy(() -> marks.tag(new PointId(SITE, 9), "x")).isInstanceOf(Refusal.class);
  }

  @Test
  void aPointWhoseExpiryWasKilledBeforeItWasDeletedTakesNoHoldAndGoesLater() {
    MarkRecords log = new MarkRecords(objects, records(objects), format(objects));
    log.expire(FIRST, 0);

    assertThatThrownBy(() -> marks.hold(FIRST, "audit"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is being deleted");
    assertThat(expiry.expire(Map.of(FIRST, 0L))).containsExactly(FIRST);
    assertThat(isThere(FIRST)).isFalse();
  }

  @Test
  void theNewestPointStaysWithoutBeingMarked() {
    assertThat(expiry.expire(Map.of(NEWEST, 0L))).isEmpty();
    assertThat(marks.of(NEWEST)).isEqualTo(Marks.NONE);
  }

  @Test
  void aDamagedRecordCountsAsAHold() {
    marks.tag(FIRST, "blue");
    marks.tag(FIRST, "green");
    ObjectName name = new ObjectName("store/marks/site/" + FIRST.paddedSequence() + "/" + pad(1));
    objects.delete(List.of(name));
    objects.create(name, "nonsense".getBytes(StandardCharsets.UTF_8));
    PointMarks fresh = ShadowStores.open(objects).marks();

    expiry.expire(List.of(FIRST));

    assertThat(isThere(FIRST)).isTrue();
    assertThat(fresh.of(FIRST).holds())
        .extracting(Marks.Hold::reason)
        .containsExactly("record 1 of what was said about it can't be read");
    assertThat(fresh.release(FIRST, Optional.empty()).holds()).isEmpty();
  }

  @Test
  void aMarkOfAnotherPointOrNumberCountsAsAHold() {
    marks.tag(FIRST, "blue");
    marks.tag(NEWEST, "green");
    ObjectName here = new ObjectName("store/marks/site/" + FIRST.paddedSequence() + "/" + pad(1));
    ObjectName there = new ObjectName("store/marks/site/" + NEWEST.paddedSequence() + "/" + pad(1));
    copy(there, here);
    assertThat(ShadowStores.open(objects).marks().of(FIRST).held()).isTrue();

    copy(there, new ObjectName("store/marks/site/" + NEWEST.paddedSequence() + "/" + pad(2)));
    assertThat(ShadowStores.open(objects).marks().of(NEWEST).held()).isTrue();
  }

  private void copy(ObjectName from, ObjectName to) {
    objects.delete(List.of(to));
    objects.put(to, objects.read(from, ByteRange.ALL).orElseThrow());
  }

  /// Older records do not say what they are about.
  @Test
  void marksOfAnOlderProgramAreRead() {
    String log = "store/marks/site/" + FIRST.paddedSequence() + "/";
    String time = "2026-01-02T03:04:05Z";
    Records records = records(objects);
    records.create(
        new ObjectName(log + pad(1)), Map.of("what", "tag", "text", "blue", "time", time));
    records.create(
        new ObjectName(log + pad(2)), Map.of("what", "hold", "text", "audit", "time", time));

    Marks said = marks.release(FIRST, Optional.empty());

    assertThat(said.tags()).containsExactly("blue");
    assertThat(said.holds()).isEmpty();
    assertThat(said.count()).isEqualTo(3);
  }

  @Test
  void aLostRecordCountsAsAHold() {
    marks.hold(FIRST, "audit");
    marks.tag(FIRST, "green");
    objects.delete(
        List.of(new ObjectName("store/marks/site/" + FIRST.paddedSequence() + "/" + pad(1))));

    expiry.expire(List.of(FIRST));

    assertThat(isThere(FIRST)).isTrue();
  }

  @Test
  void aListThatIsBehindHidesNoHold() {
    marks.hold(FIRST, "audit");
    var late =
        new ForwardingObjectStore(objects) {
          @Override
          public dev.gnomon.core.objects.ObjectPage list(
              String prefix, Optional<ObjectName> after, int limit) {
            return prefix.startsWith(MarkRecords.MARKS)
                ? new dev.gnomon.core.objects.ObjectPage(List.of(), Optional.empty())
                : super.list(prefix, after, limit);
          }
        };

    ShadowStores.open(late).expiry().expire(List.of(FIRST));
    ShadowStores.open(late).expiry().expire(Map.of(FIRST, 0L));

    assertThat(isThere(FIRST)).isTrue();
  }

  @Test
  void aLostAnswerIsNotSaidTwice() {
    AtomicReference<Boolean> lost = new AtomicReference<>(true);
    var lossy =
        new ForwardingObjectStore(objects) {
          @Override
          public Creation create(ObjectName name, byte[] content) {
            Creation creation = super.create(name, content);
            if (lost.getAndSet(false)) {
              throw new ObjectStoreException(
                  ObjectStoreException.Kind.OUTCOME_UNKNOWN, "the answer got lost");
            }
            return creation;
          }
        };

    Marks said = ShadowStores.open(lossy).marks().hold(FIRST, "audit");

    assertThat(said.count()).isEqualTo(1);
    assertThat(said.held()).isTrue();
  }

  @Test
  void tagsAndReasonsHaveAForm() {
    assertThatThrownBy(() -> marks.tag(FIRST, "a b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> marks.tag(FIRST, "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> marks.hold(FIRST, " ")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> marks.hold(FIRST, "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(records()).isZero();
  }

  @Test
  void logsOfPointsThatAreGoneAreSweptAfterTheGraceTime() {
    Instant start = Instant.parse("2030-01-01T00:00:00Z");
    AtomicReference<Instant> time = new AtomicReference<>(start);
    Clock clock =
        new Clock() {
          @Override
          public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return time.get();
          }
        };
    InMemoryObjectStore ticking = new InMemoryObjectStore(clock);
    MarkRecords log = new MarkRecords(ticking, records(ticking), format(ticking));
    PointRecords points = new PointRecords(ticking, records(ticking));
    points.place(point(1), FOREVER);
    points.place(point(2), FOREVER);
    log.tag(FIRST, "blue");
    log.tag(new PointId(SITE, 2), "blue");
    points.expire(List.of(FIRST), id -> log.expire(id, 1));

    log.sweep(start);
    int young = log.of(SITE).size();
    time.set(start.plus(StoreSettings.DEFAULT.grace()).plus(Duration.ofHours(1)));
    log.sweep(time.get().minus(StoreSettings.DEFAULT.grace()));

    assertThat(young).isEqualTo(2);
    assertThat(log.of(SITE)).containsOnlyKeys(new PointId(SITE, 2));
  }

  /// Holds, releases and tags beside expiries that decided before, whoever comes when, and whoever
  /// dies at any call: a hold that was placed is honoured, and one that was refused is refused for
  /// a reason.
  @Test
  void inEveryOrderAHoldIsHonouredOrRefused() {
    long seed = Long.getLong("gnomon.seed", System.nanoTime());
    System.out.println("MarkRecordsTest: -Dgnomon.seed=" + seed);
    int honoured = 0;
    int refused = 0;
    for (int run = 0; run < SCHEDULES; run++) {
      Random random = new Random(seed + run);
      objects = store();
      Turns turns = new Turns(objects);
      AtomicReference<String> hold = new AtomicReference<>("died");
      turns.add(() -> hold.set(outcome(() -> opened(turns).hold(FIRST, "audit"))));
      turns.add(() -> {
        PointMarks mine = opened(turns);
        outcome(() -> mine.hold(FIRST, "short"));
        outcome(() -> mine.release(FIRST, Optional.of("short")));
      });
      turns.add(() -> outcome(() -> opened(turns).tag(FIRST, "blue")));
      turns.add(() -> ShadowStores.open(turns).expiry().expire(Map.of(FIRST, 0L)));
      turns.add(() -> {
        ShadowStores store = ShadowStores.open(turns);
        long count =
            Optional.ofNullable(store.marks().of(SITE).get(FIRST)).map(Marks::count).orElse(0L);
        store.expiry().expire(Map.of(FIRST, count));
      });
      turns.add(() -> ShadowStores.open(turns).expiry().expire(List.of(FIRST)));

      turns.run(random, run % 2 == 0 ? 0 : 0.02);

      String what = "seed " + (seed + run);
      ShadowStores.open(objects).expiry().expire(List.of(FIRST));
      switch (hold.get()) {
        case "placed" -> {
          honoured++;
          assertThat(isThere(FIRST)).as(what).isTrue();
          assertThat(new MarkRecords(objects, records(objects), format(objects)).of(FIRST).held())
              .as(what)
              .isTrue();
        }
        case "died" -> {}
        default -> {
          refused++;
          assertThat(isThere(FIRST)).as(what).isFalse();
        }
      }
    }
    assertThat(honoured).isGreaterThan(SCHEDULES / 20);
    assertThat(refused).isGreaterThan(SCHEDULES / 20);
  }

  private static PointMarks opened(Turns turns) {
    return ShadowStores.open(turns).marks();
  }

  private static String outcome(Runnable command) {
    try {
      command.run();
      return "placed";
    } catch (Refusal refusal) {
      return String.valueOf(refusal.getMessage());
    }
  }

  private static StoreFormat format(InMemoryObjectStore objects) {
    StoreFormat format = new StoreFormat(objects, java.util.Optional.empty());
    format.ensureWritable();
    return format;
  }

  private static Records records(InMemoryObjectStore objects) {
    return new Records(objects, format(objects));
  }

  private static String pad(long number) {
    return "%020d".formatted(number);
  }
}
