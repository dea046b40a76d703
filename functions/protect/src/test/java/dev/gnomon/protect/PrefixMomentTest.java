package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.shadow.PointKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rollbacks of a prefix of a bucket with versioning to moments of the journal of its versions.
class PrefixMomentTest {
  @TempDir Path root;
  private PrefixMoments data;
  private SettableClock clock;
  private World world;

  private void install(Versions versions) {
    data = new PrefixMoments(root, versions);
    clock = data.clock;
    world = data.world;
    clock.forward(Duration.ofSeconds(5));
    world.shadow("data");
  }

  private record Good(SortedMap<String, String> contents, Instant time) {}

  private Good goodAndBad() {
    clock.forward(Duration.ofMinutes(1));
    data.put("object-03", "newer than the point");
    data.delete("object-04");
    data.put("added", "added");
    SortedMap<String, String> good = data.contents();
    clock.forward(Duration.ofMinutes(1));
    Instant between = clock.instant();
    clock.forward(Duration.ofMinutes(1));
    data.put("object-03", "bad");
    data.put("bad", "bad");
    data.delete("object-07");
    clock.forward(Duration.ofMinutes(1));
    return new Good(good, between);
  }

  private Member member(String rollback) {
    return world.views.of(rollback).orElseThrow().resources().getFirst();
  }

  private long moments() {
    return world.points("data").stream().filter(point -> point.kind() == PointKind.MOMENT).count();
  }

  @ParameterizedTest
  @EnumSource(Versions.class)
  void aNamedMomentComesBackAndIsUndone(Versions versions) {
    install(versions);
    Good good = goodAndBad();
    SortedMap<String, String> bad = data.contents();

    String id = world.rolledBack(PrefixMoments.to(good.time()));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(data.contents()).isEqualTo(good.contents());
    assertThat(member(id).why()).contains("moment after transaction", "3 behind are taken back");
    assertThat(moments()).isEqualTo(1);

    world.rolledBack(World.undo(id));

    assertThat(data.contents()).isEqualTo(bad);
  }

  @ParameterizedTest
  @EnumSource(Versions.class)
  void aPredictionGoesToTheNewestMomentBeforeTheOnset(Versions versions) {
    install(versions);
    Good good = goodAndBad();

    Worlds.predict(
        world,
        new Prediction(
            List.of(PrefixMoments.DATA),
            good.time().plus(world.catalogue.clockTolerance()),
            clock.instant(),
            0.9,
            List.of(),
            "p1"));

    assertThat(data.contents()).isEqualTo(good.contents());
    assertThat(moments()).isEqualTo(1);
  }

  @Test
  void whatIsTooYoungToBeListedForSureIsNoMomentYet() {
    install(Versions.COPY);
    clock.forward(Duration.ofMinutes(1));
    data.put("object-03", "newer than the point");
    SortedMap<String, String> settled = data.contents();
    clock.forward(Duration.ofMinutes(1));
    data.put("object-03", "a second old");

    Begun named = world.rollback(PrefixMoments.to(clock.instant()));
    Worlds.predict(
        world,
        new Prediction(
            List.of(PrefixMoments.DATA),
            clock.instant().plus(world.catalogue.clockTolerance()),
            clock.instant().plusSeconds(60),
            0.9,
            List.of(),
            "p1"));

    assertThat(named)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("complete up to", "ask again in"));
    assertThat(data.contents()).isEqualTo(settled);
  }

  @ParameterizedTest
  @ValueSource(strings = {"intent", "fence", "undo", "restore", "validate", "release"})
  void killedAfterAStepItEndsComplete(String step) {
    install(Versions.AUTO);
    Good good = goodAndBad();
    world.haltAfter = step;

    Throwable killed = catchThrowable(() -> world.rollback(PrefixMoments.to(good.time())));
    world.restart();
    world.sweep();

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(member("data-e1").state()).isEqualTo(State.SERVING);
    assertThat(data.contents()).isEqualTo(good.contents());
    assertThat(moments()).isEqualTo(1);
  }

  @Test
  void aVersionThatIsGoneFromTheBucketIsNamed() {
    install(Versions.USE);
    Good good = goodAndBad();
    data.reconcile();
    data.open().reader().history(Optional.empty()).versions().stream()
        .filter(version -> version.key().equals("object-03"))
        .skip(1)
        .findFirst()
        .ifPresent(version -> data.bucket.forget("data/object-03", version.version()));

    Begun begun = world.rollback(PrefixMoments.to(good.time()));

    assertThat(begun)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("of 'object-03' is not in", "any more", "name that one"));
  }
}
