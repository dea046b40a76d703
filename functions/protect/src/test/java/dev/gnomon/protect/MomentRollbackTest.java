package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.retention.Retention;
import dev.gnomon.core.rollback.PlanRollback;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rollbacks of a directory with a journal to moments between its points.
class MomentRollbackTest extends JournaledSite {
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
