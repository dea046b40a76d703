package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.Automation.Prediction;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.retention.Retention;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.rollback.PlanRollback;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.rollback.Suspicions;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rollbacks of a directory with a journal to moments between its points.
class MomentRollbackTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore west = new InMemoryObjectStore(clock);
  private final HookedObjectStore hooked = new HookedObjectStore(west);
  private World world;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> cells = new LinkedHashMap<>();
    cells.put(World.EAST, new InMemoryObjectStore(clock));
    cells.put(World.WEST, hooked);
    world = new World(root, cells);
    Worlds.journaled(world, "site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private Path file(String key) {
    return world.location("site").resolve(key);
  }

  private void announce(String id, Write write) {
    Worlds.announce(world, "site", id, clock.instant(), write);
  }

  /// Writes a file, and announces that.
  private void put(String id, String key, String text) {
    world.write(file(key), text);
    announce(id, Worlds.written(key, text));
  }

  private void delete(String id, String key) throws IOException {
    Files.delete(file(key));
    announce(id, new Write.Delete(Key.utf8(key), Optional.empty()));
  }

  private Instant later() {
    clock.forward(Duration.ofMinutes(1));
    return clock.instant();
  }

  private static RollbackRequest to(String moment) {
    return World.to("site", Optional.of(moment), Optional.empty());
  }

  private Member member(String rollback) {
    return world.views.of(rollback).orElseThrow().resources().getFirst();
  }

  private String refused(RollbackRequest request) {
    return switch (world.rollback(request)) {
      case Begun.Refused refused -> refused.reason();
      case Begun other -> throw new AssertionError("not refused: " + other);
    };
  }

  private List<Point> moments() {
    return world.points("site").stream().filter(point -> point.kind() == PointKind.MOMENT).toList();
  }

  private Map<String, String> tree() {
    return Trees.of(world.location("site"));
  }

  /// A point, good writes, then bad ones.
  ///
  /// @return what stood there, and when, between them
  private Good goodAndBad() throws IOException {
    world.shadow("site");
    put("t1", "dir0/file0", "newer than the point");
    delete("t2", "dir1/file1");
    put("t3", "added/deep/one", "one");
    Map<String, String> good = tree();
    Instant between = later();
    later();
    put("t4", "dir0/file0", "bad");
    put("t5", "added/deep/one", "bad");
    put("t6", "bad/one", "bad");
    delete("t7", "dir2/file2");
    return new Good(good, between);
  }

  private record Good(Map<String, String> tree, Instant time) {}

  private static String named(String how, Good good) {
    return switch (how) {
      case "time" -> good.time().toString();
      case "transaction" -> "transaction:t3";
      case "position" -> "position:3";
      default -> throw new IllegalArgumentException(how);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"time", "transaction", "position"})
  void aNamedMomentComesBackAndIsUndone(String how) throws IOException {
    Good good = goodAndBad();
    Map<String, String> bad = tree();

    String id = world.rolledBack(to(named(how, good)));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(member(id).why())
        .contains("transaction 't3'", "position 3", "3 transactions are put on it", "4 behind");
    assertThat(moments()).singleElement().satisfies(point -> assertThat(point.held()).isFalse());

    world.rolledBack(World.undo(id));

    assertThat(tree()).isEqualTo(bad);
  }

  @Test
  void onlyWhatDiffersIsWritten() throws IOException {
    Good good = goodAndBad();
    Instant before = Files.getLastModifiedTime(file("dir0/file3")).toInstant();
    Object inode = Files.getAttribute(file("dir0/file3"), "unix:ino");

    String id = world.rolledBack(to(named("time", good)));

    assertThat(member(id).filesRestored()).isEqualTo(3); // t4, t5 and t7; t6 is deleted
    assertThat(Files.getAttribute(file("dir0/file3"), "unix:ino")).isEqualTo(inode);
    assertThat(Files.getLastModifiedTime(file("dir0/file3")).toInstant()).isEqualTo(before);
  }

  @Test
  void whatWasNeverAnnouncedIsTakenBackTooAndKeptInTheUndoPoint() throws IOException {
    Good good = goodAndBad();
    world.write(file("dir0/file6"), "bad, and nobody announced it");
    world.write(file("unannounced"), "bad too");
    Map<String, String> bad = tree();

    String id = world.rolledBack(to(named("transaction", good)));

    assertThat(tree()).isEqualTo(good.tree());
    world.rolledBack(World.undo(id));
    assertThat(tree()).isEqualTo(bad);
  }

  @Test
  void aPredictionGoesToTheNewestMomentBeforeTheOnset() throws IOException {
    Good good = goodAndBad();

    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE),
            good.time().plus(world.catalogue.clockTolerance()),
            clock.instant(),
            0.9,
            List.of("errors doubled"),
            "p1"));

    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(member("site-e1").why()).contains("moment after transaction 't3'", "not after");
    assertThat(Worlds.decision(world, SITE, "p1").reason())
        .contains("rollback site-e1 begins", "moment after transaction 't3'", "4 behind");
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(moments()).hasSize(1);
  }

  @Test
  void anUpdateGoesToTheLastMomentBeforeItWasReady() throws IOException {
    world.takeShadow.take(
        new dev.gnomon.core.shadow.TakeShadow.Wanted(
            SITE, PointKind.COMMAND, Optional.empty(), "first"));
    world.deliver();
    // Written while the points of the update are taken: they are not in its point.
    boolean[] written = new boolean[1];
    world.onStep =
        step -> {
          if (step.equals("shadowed") && !written[0]) {
            written[0] = true;
            put("t1", "dir0/file0", "written while the update was being prepared");
            clock.forward(Duration.ofMinutes(2));
          }
        };
    world.update("u1", "site");
    assertThat(written[0]).isTrue();
    Map<String, String> good = tree();
    later();
    put("t2", "dir0/file0", "bad");
    world.write(file("dir0/file3"), "bad, and the update announced nothing");

    String id = world.rolledBack(World.ofUpdate("u1"));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(tree()).isEqualTo(good);
    assertThat(member(id).why()).contains("transaction 't1'", "1 behind are taken back");
  }

  @ParameterizedTest
  @ValueSource(strings = {"intent", "fence", "undo", "restore", "validate", "release", "done"})
  void killedAfterAStepItEndsComplete(String step) throws IOException {
    Good good = goodAndBad();
    world.haltAfter = step;

    Throwable killed = catchThrowable(() -> world.rollback(to(named("time", good))));
    world.restart();
    world.sweep();

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(moments()).hasSize(1);
    assertThat(world.open()).isEmpty();
    assertThat(world.told(Fact.RollbackCompleted.class)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "store/jobs/moment, false",
    "store/jobs/moment, true",
    "store/points/site, false",
    "store/points/site, true",
    "open/rollbacks, false",
    "open/rollbacks, true",
    "rollbacks/site, false"
  })
  void killedWhileThePointIsMadeItIsFoundByTheNextRequest(String name, boolean after)
      throws IOException {
    Good good = goodAndBad();
    Runnable kill =
        () -> {
          throw new Killed(name);
        };
    if (after) {
      hooked.afterCreating(one -> one.startsWith(name), kill);
    } else {
      hooked.beforeCreating(one -> one.startsWith(name), kill);
    }

    Throwable killed = catchThrowable(() -> world.rollback(to(named("time", good))));
    world.restart();
    String id = world.rolledBack(to(named("time", good)));

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(moments()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"store/jobs/moment", "store/points/site", "open/rollbacks", "rollbacks/site"})
  void aDeliveryThatIsLateWhereTheMomentIsMadeChangesNothing(String name) throws IOException {
    Good good = goodAndBad();
    RollbackRequest request = to(named("time", good)).askedBy("event-1");
    Map<CellName, ObjectStore> cells = new LinkedHashMap<>(world.objects);
    cells.put(World.WEST, west);
    World other = new World(root, cells);
    other.resources.addAll(world.resources);
    other.restart();
    hooked.beforeCreating(
        one -> one.startsWith(name),
        () -> {
          other.rolledBack(request);
          other.write(file("dir0/file0"), "of a user");
        });

    Begun late = world.rollbacks.begin(request);
    world.rollbacks.advance("site-e1", Optional.empty());
    world.deliver();

    assertThat(late).isEqualTo(new Begun.Accepted("site-e1"));
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(file("dir0/file0")).hasContent("of a user");
    assertThat(moments()).hasSize(1);
  }

  @Test
  void theSameRequestJoinsAndTheSameEventFindsWhatItBegan() throws IOException {
    Good good = goodAndBad();
    RollbackRequest request = to(named("time", good));
    Begun first = world.rollbacks.begin(request.askedBy("event-1"));
    Begun joined = world.rollbacks.begin(request);
    world.rollbacks.advance("site-e1", Optional.empty());
    world.deliver();
    Begun again = world.rollbacks.begin(request.askedBy("event-1"));

    assertThat(first).isEqualTo(new Begun.Accepted("site-e1"));
    assertThat(joined).isEqualTo(new Begun.Joined("site-e1", false));
    assertThat(again).isEqualTo(first);
    assertThat(moments()).hasSize(1);
  }

  private PlanRollback plans() {
    return new PlanRollback(
        world.surroundings,
        new ChoosePoint(
            world.records,
            world.stores,
            new Suspicions(world.records, world.catalogue.clockTolerance())));
  }

  @Test
  void aPlanMakesThePointThatTheRollbackUses() throws IOException {
    Good good = goodAndBad();
    Map<String, String> bad = tree();

    PlanRollback.Outcome planned = plans().of(to(named("time", good)));

    assertThat(tree()).isEqualTo(bad);
    assertThat(planned)
        .isInstanceOfSatisfying(
            PlanRollback.Outcome.Possible.class,
            possible ->
                assertThat(possible.resources())
                    .singleElement()
                    .satisfies(one -> {
                      assertThat(one.delta().filesToWrite()).isEqualTo(3);
                      assertThat(one.delta().filesToDelete()).isEqualTo(1);
                      assertThat(one.point().point()).isEqualTo(moments().getFirst().id());
                    }));
    world.rolledBack(to(named("time", good)));
    assertThat(moments()).hasSize(1);
  }

  @Test
  void aTornEndIsCutAtTheLastWholeTransaction() throws IOException {
    Good good = goodAndBad();
    tearLast();

    String wholly = refused(to("position:7"));
    String id = world.rolledBack(to(named("transaction", good)));

    assertThat(wholly).contains("ends at position 6");
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(member(id).why()).contains("3 behind are taken back", "cut off at the torn end");
  }

  @Test
  void aMomentInATornEndIsThatOfTheLastWholeTransaction() throws IOException {
    world.shadow("site");
    put("t1", "dir0/file0", "whole");
    Map<String, String> whole = tree();
    put("t2", "dir0/file0", "torn");
    Instant now = later();
    put("t3", "dir0/file0", "never arrived whole");
    west.delete(List.of(last()));
    tearLast();
    world.restart();

    String id = world.rolledBack(to(now.toString()));

    assertThat(member(id).why()).contains("transaction 't1'", "cut off at the torn end");
    assertThat(tree()).isEqualTo(whole);
  }

  private ObjectName last() {
    return west.names().stream()
        .filter(name -> name.value().startsWith("store/journal/site/batches/"))
        .reduce((first, second) -> first.value().compareTo(second.value()) > 0 ? first : second)
        .orElseThrow();
  }

  private void tearLast() {
    west.damage(last(), bytes -> Arrays.copyOf(bytes, bytes.length - 5));
    world.restart();
  }

  @Test
  void whereTheJournalBeganLaterThePointComesBackAndTheReasonIsSaid() throws IOException {
    PointRef first = world.shadow("site");
    Map<String, String> good = tree();
    Instant early = later();
    world.write(file("dir0/file0"), "nobody announced it");
    world.shadow("site");
    put("t1", "dir1/file4", "bad");

    String refusal = refused(to(early.toString()));
    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE),
            early.plus(world.catalogue.clockTolerance()),
            clock.instant(),
            0.9,
            List.of(),
            "p1"));

    assertThat(refusal).contains("began after " + first.point(), "name that one");
    assertThat(member("site-e1").point()).isEqualTo(first);
    assertThat(member("site-e1").why())
        .contains("the journal gives no newer moment", "began after " + first.point());
    assertThat(tree()).isEqualTo(good);
  }

  @Test
  void aJournalThatWasHurtGivesNoMoment() throws IOException {
    Good good = goodAndBad();
    ObjectName second =
        west.names().stream()
            .filter(name -> name.value().startsWith("store/journal/site/batches/"))
            .sorted(java.util.Comparator.comparing(ObjectName::value))
            .skip(1)
            .findFirst()
            .orElseThrow();
    west.delete(List.of(second));
    world.restart();

    String refusal = refused(to(good.time().toString()));
    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE),
            good.time().plus(world.catalogue.clockTolerance()),
            clock.instant(),
            0.9,
            List.of(),
            "p1"));

    assertThat(refusal).contains("can't bring back", "name that one");
    assertThat(member("site-e1").point().point().sequence()).isEqualTo(1);
    assertThat(member("site-e1").why()).contains("the journal gives no newer moment");
  }

  @Test
  void behindARollbackTheJournalGoesOnFromTheNextPoint() throws IOException {
    Good good = goodAndBad();
    world.rolledBack(to(named("time", good)));
    clock.forward(Duration.ofMinutes(1));
    put("t8", "dir0/file0", "after the rollback");
    Instant unsure = later();

    String refusal = refused(to(unsure.toString()));
    world.shadow("site");
    put("t9", "dir0/file3", "after the next point");
    Map<String, String> latest = tree();
    Instant sure = later();
    put("t10", "dir0/file3", "bad");
    String id = world.rolledBack(to(sure.toString()));

    assertThat(refusal).contains("rollback site-e1 began");
    assertThat(member(id).why()).contains("transaction 't9'", "1 transactions are put on it");
    assertThat(tree()).isEqualTo(latest);
  }

  @Test
  void automationDoesNotGoToWritesThatARollbackHasTakenBack() throws IOException {
    Good good = goodAndBad();
    Instant bad = later();
    world.rolledBack(to(named("time", good)));
    later();
    put("t8", "dir0/file0", "bad again");

    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE),
            bad.plus(world.catalogue.clockTolerance()),
            clock.instant(),
            0.9,
            List.of(),
            "p1"));

    // Answered by a rollback after the onset, or gone to the good moment: never to the bad one.
    assertThat(Files.readString(file("dir0/file0"))).isNotEqualTo("bad");
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "directory", "hard link"})
  void whereJournalAndPointContradictEachOtherNothingIsGuessed(String how) throws IOException {
    switch (how) {
      case "link" -> Files.createSymbolicLink(file("odd"), Path.of("dir0"));
      case "directory" -> world.write(file("odd/inside"), "a file");
      default -> Files.createLink(file("odd"), file("dir0/file0"));
    }
    world.shadow("site");
    announce(
        "t1",
        new Write.Put(
            Key.utf8("odd"), Optional.empty(), Map.of(), new Content.Inline(new byte[] {1})));

    String refusal = refused(to(later().toString()));

    assertThat(refusal).contains("contradict each other at 'odd'");
    assertThat(moments()).isEmpty();
  }

  @Test
  void aMomentThatIsDamagedGivesWayToThePointBelowIt() throws IOException {
    world.shadow("site");
    Map<String, String> point = tree();
    put("t1", "dir0/file0", "newer than the point");
    Instant time = later();
    put("t2", "dir0/file0", "bad");
    Set<ObjectName> before = Set.copyOf(west.names());
    world.rollbacks.begin(to(time.toString()));
    west.names().stream()
        .filter(name -> name.value().startsWith("store/packs/") && !before.contains(name))
        .forEach(name -> west.damage(name, bytes -> new byte[bytes.length]));
    world.restart();

    world.rollbacks.advance("site-e1", Optional.empty());
    world.deliver();

    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(tree()).isEqualTo(point);
    assertThat(member("site-e1").reason())
        .hasValueSatisfying(why -> assertThat(why).contains("was rejected"));
  }

  @Test
  void theMadePointStaysWhileItIsUsedAndGoesWithTime() throws IOException {
    Good good = goodAndBad();
    world.haltAfter = "undo";
    catchThrowable(() -> world.rollback(to(named("time", good))));
    world.restart();
    Point made = moments().getFirst();
    clock.forward(Retention.UNDO_KEPT.multipliedBy(2));
    // More points than any rule keeps, so that nothing but the rollback keeps it.
    expire();
    assertThat(moments()).extracting(Point::id).containsExactly(made.id());

    world.sweep();
    assertThat(tree()).isEqualTo(good.tree());
    world.shadow("site");
    expire();

    assertThat(moments()).isEmpty();
  }

  private void expire() {
    world.expirePoints.due().forEach(fact -> world.events.add(fact));
    world.deliver();
  }

  @Test
  void anIdThatSeveralSourcesHaveIsRefusedAndTheirPositionsAreNamed() throws IOException {
    Good good = goodAndBad();
    Worlds.announce(
        world,
        "site",
        "/another",
        "t3",
        clock.instant(),
        new Write.Delete(Key.utf8("never there"), Optional.empty()));

    assertThat(refused(to("transaction:t3")))
        .contains("2 sources of the journal of site")
        .contains("position:3 (of '/")
        .contains("position:8 (of '/another'");

    String id = world.rolledBack(to("position:3"));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(tree()).isEqualTo(good.tree());
  }

  @Test
  void aMomentWhosePointExpiredIsMadeAnew() throws IOException {
    Good good = goodAndBad();
    plans().of(to(named("transaction", good)));
    Point first = moments().getFirst();
    announce("t8", new Write.Delete(Key.utf8("never there"), Optional.empty()));
    world.shadow("site"); // the newest point is never deleted
    clock.forward(Retention.UNDO_KEPT.multipliedBy(2));
    expire();
    assertThat(moments()).isEmpty();

    String id = world.rolledBack(to("transaction:t3"));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(moments())
        .singleElement()
        .satisfies(point -> assertThat(point.content()).isEqualTo(first.content()));
  }

  @Test
  void theJournalOfAnotherCellThanThatOfTheNewestPointsIsUsed() throws IOException {
    world.change(
        "site",
        "shadows",
        List.of(
            new ShadowSpec(World.EAST, ShadowType.DIFFERENTIAL, Optional.empty(), Optional.empty()),
            new ShadowSpec(
                World.WEST, ShadowType.TRANSACTIONAL, Optional.empty(), Optional.empty())));
    world.restart();
    Good good = goodAndBad();

    String id = world.rolledBack(to(named("time", good)));

    assertThat(member(id).point().cell()).isEqualTo(World.WEST);
    assertThat(tree()).isEqualTo(good.tree());
  }

  @Test
  void aResourceWithoutAJournalHasNoTransactions() {
    world.change(
        "site",
        "shadows",
        List.of(
            new ShadowSpec(
                World.WEST, ShadowType.DIFFERENTIAL, Optional.empty(), Optional.empty())));
    world.restart();
    world.shadow("site");

    assertThat(refused(to("transaction:t1"))).contains("no shadow of type transactional");
    assertThat(refused(to("position:x"))).contains("no position");
  }
}
