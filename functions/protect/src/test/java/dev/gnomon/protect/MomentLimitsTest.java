package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which moments of a directory's journal are not given, because their state would be another one.
class MomentLimitsTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private UnaryOperator<Instant> eastTells = time -> time;
  private UnaryOperator<Instant> westTells = time -> time;
  private final InMemoryObjectStore east = new InMemoryObjectStore(new Told(false));
  private final InMemoryObjectStore west = new InMemoryObjectStore(new Told(true));
  private String awaited = "none";
  private Runnable hook = () -> {};
  private World world;

  /// What a store says of the time.
  private final class Told extends Clock {
    private final boolean ofWest;

    Told(boolean ofWest) {
      this.ofWest = ofWest;
    }

    @Override
    public Instant instant() {
      return (ofWest ? westTells : eastTells).apply(clock.instant());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> cells = new LinkedHashMap<>();
    cells.put(World.EAST, east);
    cells.put(
        World.WEST,
        new ForwardingObjectStore(west) {
          @Override
          protected void calls(String call, Object on) {
            if ((call + " " + on).contains(awaited)) {
              awaited = "none";
              hook.run();
            }
          }
        });
    world = new World(root, cells);
    Worlds.journaled(world, "site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private static ShadowSpec transactional(CellName cell) {
    return new ShadowSpec(cell, ShadowType.TRANSACTIONAL, Optional.empty(), Optional.empty());
  }

  /// Runs something once, before a call to the cell that says so.
  private void at(String name, Runnable once) {
    awaited = name;
    hook = once;
  }

  private Path file(String key) {
    return world.location("site").resolve(key);
  }

  private void announce(String id, Instant time, String key, String text) {
    Worlds.announce(world, "site", id, time, Worlds.written(key, text));
  }

  /// Writes a file, and announces that.
  private void put(String id, String key, String text) {
    world.write(file(key), text);
    announce(id, clock.instant(), key, text);
  }

  private Instant later() {
    clock.forward(Duration.ofMinutes(1));
    return clock.instant();
  }

  private Duration tolerance() {
    return world.catalogue.clockTolerance();
  }

  private static RollbackRequest to(String moment) {
    return World.to("site", Optional.of(moment), Optional.empty());
  }

  private Member member(String rollback) {
    return world.views.of(rollback).orElseThrow().resources().getFirst();
  }

  private String refused(String moment) {
    return switch (world.rollback(to(moment))) {
      case Begun.Refused refused -> refused.reason();
      case Begun other -> throw new AssertionError("not refused: " + other);
    };
  }

  private long moments() {
    return world.points("site").stream().filter(point -> point.kind() == PointKind.MOMENT).count();
  }

  private Map<String, String> tree() {
    return Trees.of(world.location("site"));
  }

  @Test
  void aTimeAfterARollbackDoesNotBringBackWhatThatTookAway() {
    world.shadow("site");
    put("t1", "dir0/file0", "newer than the point");
    Map<String, String> good = tree();
    later();
    put("t2", "dir0/file0", "bad");
    later();
    world.rolledBack(to("transaction:t1"));
    Instant after = later();

    String refusal = refused(after.toString());

    assertThat(refusal).contains("rollback site-e1 began", "name that one");
    assertThat(tree()).isEqualTo(good);
  }

  @Test
  void aPointThatOnlySaysItIsYoungerThanARollbackIsNotGoneOnFrom() {
    eastTells = time -> time.plus(tolerance()).minusMillis(1);
    world.change("site", "shadows", List.of(transactional(World.EAST)));
    world.restart();
    world
        .takeShadow
        .take(new TakeShadow.Wanted(SITE, PointKind.COMMAND, Optional.empty(), "first"))
        .forEach(world.events::add);
    world.deliver();
    Map<String, String> good = tree();
    put("t1", "dir0/file0", "bad");
    world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));
    Instant after = later();

    String refusal = refused(after.toString());

    assertThat(refusal).contains("rollback site-e1 began");
    assertThat(tree()).isEqualTo(good);
  }

  @Test
  void anUpdateWhosePointIsYoungerThanTheLimitGoesToThePoint() {
    world.shadow("site");
    later();
    world.write(file("dir0/file0"), "two");
    Map<String, String> good = tree();
    at(
        "create store/jobs/",
        () -> {
          announce("t1", clock.instant(), "dir0/file0", "one");
          clock.forward(tolerance());
          announce("t2", clock.instant(), "dir0/file0", "two");
        });
    world.update("u1", "site");
    assertThat(awaited).isEqualTo("none");
    later();
    put("t3", "dir0/file0", "bad");

    String id = world.rolledBack(World.ofUpdate("u1"));

    assertThat(tree()).isEqualTo(good);
    assertThat(moments()).isZero();
    assertThat(member(id).why())
        .contains("the point taken before update u1", "gives no newer moment", "before the end of");
  }

  @Test
  void aTransactionIsNotPutOnAPointThatMayHoldALaterOneWhateverItsWriterSays() {
    PointRef first = world.shadow("site");
    later();
    world.write(file("dir0/file3"), "something to capture");
    at(
        "create store/jobs/",
        () -> {
          announce("t1", clock.instant(), "dir0/file0", "one");
          announce("t2", clock.instant().plusSeconds(60), "dir1/file1", "two");
        });
    PointRef second = world.shadow("site");
    later();
    later();

    String id = world.rolledBack(to("transaction:t1"));

    assertThat(awaited).isEqualTo("none");
    assertThat(member(id).why())
        .contains("made of " + first + " of")
        .doesNotContain("made of " + second + " of");
    assertThat(file("dir0/file0")).hasContent("one");
    assertThat(file("dir1/file1")).hasContent("good site1");
  }

  @Test
  void whatIsWrittenAfterACaptureInTheSameSecondIsNotTakenForPartOfIt() {
    westTells = time -> time.truncatedTo(ChronoUnit.SECONDS);
    clock.forward(Duration.ofNanos(1_000_000_000L - clock.instant().getNano()));
    PointRef first = world.shadow("site");
    put("t1", "dir0/file0", "made after the capture");
    Instant second = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Map<String, String> good = tree();
    Instant between = later();
    later();
    put("t2", "dir0/file0", "bad");

    String id = world.rolledBack(to(between.toString()));

    assertThat(world.stores.shadows(World.WEST).point(first.point()).orElseThrow().started())
        .isEqualTo(second);
    assertThat(tree()).isEqualTo(good);
    assertThat(member(id).why()).contains("transaction 't1'");
  }

  @Test
  void aJournalThatLosesTransactionsWhileAMomentIsMadeGivesNone() {
    world.shadow("site");
    put("t1", "dir0/file0", "one");
    put("t2", "dir0/file3", "two");
    put("t3", "dir0/file6", "three");
    later();
    put("t4", "dir0/file0", "bad");
    Map<String, String> bad = tree();
    at(
        "store/jobs/moment",
        () -> {
          List<ObjectName> batches =
              west.names().stream()
                  .filter(name -> name.value().startsWith("store/journal/site/batches/"))
                  .sorted(Comparator.comparing(ObjectName::value))
                  .toList();
          west.delete(batches.subList(2, batches.size()));
        });

    String refusal = refused("transaction:t3");

    assertThat(awaited).isEqualTo("none");
    assertThat(refusal).contains("lost transactions up to position 3");
    assertThat(moments()).isZero();
    assertThat(tree()).isEqualTo(bad);
  }

  @Test
  void whatIsAnnouncedAfterTheOnsetIsNotBelievedToBeOlder() {
    world.shadow("site");
    put("t1", "dir0/file0", "newer than the point");
    Map<String, String> good = tree();
    Instant between = later();
    later();
    world.write(file("dir0/file0"), "bad");
    announce("t2", between.minusSeconds(30), "dir0/file0", "bad");

    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE), between.plus(tolerance()), clock.instant(), 0.9, List.of(), "p1"));

    assertThat(member("site-e1").why()).contains("transaction 't1'", "1 behind are taken back");
    assertThat(tree()).isEqualTo(good);
  }

  @Test
  void aTransactionBehindManyPointsIsReached() {
    world.shadow("site");
    put("t1", "dir0/file0", "newer than the point");
    Map<String, String> good = tree();
    later();
    put("t2", "dir0/file0", "bad");
    for (int i = 0; i < 21; i++) {
      later();
      world.shadow("site");
    }

    String id = world.rolledBack(to("transaction:t1"));

    assertThat(member(id).why()).contains("transaction 't1'");
    assertThat(tree()).isEqualTo(good);
  }

  @Test
  void aPositionOfSeveralJournalsIsNotGuessed() {
    world.change("site", "shadows", List.of(transactional(World.WEST), transactional(World.EAST)));
    world.restart();
    world.shadow("site");
    put("t1", "dir0/file0", "newer than the points");
    Map<String, String> good = tree();
    later();
    put("t2", "dir0/file0", "bad");

    assertThat(refused("position:1")).contains("journals of their own", "name a transaction");
    world.rolledBack(to("transaction:t1"));
    assertThat(tree()).isEqualTo(good);
  }

  /// Each journal has one transaction of the id, and together they have two.
  ///
  /// @return what stood there after the one in the west
  private Map<String, String> anIdOfTwoSources() {
    world.shadow("site");
    put("t1", "dir0/file0", "of one");
    Map<String, String> good = tree();
    later();
    world.change("site", "shadows", List.of(transactional(World.EAST)));
    world.restart();
    world.shadow("site");
    world.write(file("dir0/file0"), "of another");
    Worlds.announce(
        world,
        "site",
        "/another",
        "t1",
        clock.instant(),
        Worlds.written("dir0/file0", "of another"));
    later();
    world.change("site", "shadows", List.of(transactional(World.WEST), transactional(World.EAST)));
    world.restart();
    return good;
  }

  @Test
  void anIdThatEachJournalHasOfAnotherSourceIsNotGuessed() {
    Map<String, String> good = anIdOfTwoSources();

    String refusal = refused("transaction:t1");

    assertThat(refusal)
        .contains("2 sources of the journals of site", "name a time", "in cell west")
        .contains("of '/another' at", "in cell east")
        .doesNotContain("position:");
    world.rolledBack(to(refusal.replaceFirst(".*of '/app' at (\\S+) .*", "$1")));
    assertThat(tree()).isEqualTo(good);
  }

  @Test
  void anIdIsNotLookedForInOneJournalOnlyBecauseTheOtherIsDamaged() {
    Map<String, String> good = anIdOfTwoSources();
    put("t2", "dir0/file0", "newer");
    put("t3", "dir0/file0", "newest");
    Map<String, String> before = tree();
    east.delete(
        east.names().stream()
            .filter(name -> name.value().startsWith("store/journal/site/batches/"))
            .sorted(Comparator.comparing(ObjectName::value))
            .skip(1)
            .limit(1)
            .toList());
    world.restart();

    String refusal = refused("transaction:t1");

    assertThat(refusal)
        .contains("the journal of site in cell east can't be asked", "Name a time, or a point");
    assertThat(tree()).isEqualTo(before).isNotEqualTo(good);
  }

  @Test
  void aPointThatAppearsWhenNoneWasFoundIsNotTakenUnseen() throws IOException {
    world.shadow("site");
    put("t1", "dir0/file0", "newer than the point");
    Instant time = later();
    ObjectName point = new ObjectName("store/points/site/%020d".formatted(1));
    byte[] record = west.read(point, ByteRange.ALL).orElseThrow().readAllBytes();
    west.delete(List.of(point));
    world.restart();
    String list = "list store/points/site/";
    at(list, () -> at(list, () -> west.create(point, record)));

    assertThat(refused(time.toString())).contains("no usable rollback point of site");
  }
}
