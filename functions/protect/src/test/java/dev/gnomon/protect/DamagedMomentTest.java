package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.PointRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rollbacks to moments of journals that are torn, hurt or contradict their point.
class DamagedMomentTest extends JournaledSite {
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
}
