package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.actuators.FenceByPlace;
import dev.gnomon.core.automation.Automation.Prediction;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.catalogue.PlainResource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rollbacks of a prefix of a bucket with versioning to moments of the journal of its versions.
class PrefixMomentTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+http://host:9000/bucket/data");
  private static final ResourceName DATA = new ResourceName("data");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final InMemoryBucket bucket = new InMemoryBucket(clock::instant);
  private World world;

  private void install(Versions versions) {
    bucket.versioning(Versioning.ENABLED);
    world = new World(root, Worlds.cells(clock));
    PrefixSpec spec =
        new PrefixSpec(Optional.empty(), Optional.empty(), versions, false, Optional.empty());
    world.buckets = place -> bucket.open(place, spec);
    world.fences =
        directories ->
            new FenceByPlace(
                directories,
                new OpenFence(
                    new FileAppliedEpochs(root.resolve("prefix-state")), Fenced.ENFORCED));
    world.add(
        PlainResource.prefix("data", PLACE, spec)
            .shadows(
                new ShadowSpec(
                    World.WEST, ShadowType.TRANSACTIONAL, Optional.empty(), Optional.empty()))
            .resource());
    world.restart();
    for (int i = 0; i < 20; i++) {
      put("object-%02d".formatted(i), "good " + i);
    }
    put("", "the object whose key is the prefix itself");
    clock.forward(Duration.ofSeconds(5));
    world.shadow("data");
  }

  private void put(String key, String content) {
    bucket.put(
        "data/" + key,
        content,
        new Attributes(
            new TreeMap<>(Map.of("content-type", "text/" + key.length())),
            new TreeMap<>(Map.of("by", "somebody")),
            new TreeMap<>(Map.of("stage", "live"))));
  }

  private record Good(SortedMap<String, String> contents, Instant time) {}

  private Good goodAndBad() {
    clock.forward(Duration.ofMinutes(1));
    put("object-03", "newer than the point");
    bucket.delete("data/object-04");
    put("added", "added");
    SortedMap<String, String> good = bucket.contents();
    clock.forward(Duration.ofMinutes(1));
    Instant between = clock.instant();
    clock.forward(Duration.ofMinutes(1));
    put("object-03", "bad");
    put("bad", "bad");
    bucket.delete("data/object-07");
    clock.forward(Duration.ofMinutes(1));
    return new Good(good, between);
  }

  private static RollbackRequest to(Instant time) {
    return World.to("data", Optional.of(time.toString()), Optional.empty());
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
    SortedMap<String, String> bad = bucket.contents();

    String id = world.rolledBack(to(good.time()));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(bucket.contents()).isEqualTo(good.contents());
    assertThat(member(id).why()).contains("moment after transaction", "3 behind are taken back");
    assertThat(moments()).isEqualTo(1);

    world.rolledBack(World.undo(id));

    assertThat(bucket.contents()).isEqualTo(bad);
  }

  @ParameterizedTest
  @EnumSource(Versions.class)
  void aPredictionGoesToTheNewestMomentBeforeTheOnset(Versions versions) {
    install(versions);
    Good good = goodAndBad();

    Worlds.predict(
        world,
        new Prediction(
            List.of(DATA),
            good.time().plus(world.catalogue.clockTolerance()),
            clock.instant(),
            0.9,
            List.of(),
            "p1"));

    assertThat(bucket.contents()).isEqualTo(good.contents());
    assertThat(moments()).isEqualTo(1);
  }

  @Test
  void whatIsTooYoungToBeListedForSureIsNoMomentYet() {
    install(Versions.COPY);
    clock.forward(Duration.ofMinutes(1));
    put("object-03", "newer than the point");
    SortedMap<String, String> settled = bucket.contents();
    clock.forward(Duration.ofMinutes(1));
    put("object-03", "a second old");

    Begun named = world.rollback(to(clock.instant()));
    Worlds.predict(
        world,
        new Prediction(
            List.of(DATA),
            clock.instant().plus(world.catalogue.clockTolerance()),
            clock.instant().plusSeconds(60),
            0.9,
            List.of(),
            "p1"));

    assertThat(named)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("complete up to", "ask again in"));
    assertThat(bucket.contents()).isEqualTo(settled);
  }

  @ParameterizedTest
  @ValueSource(strings = {"intent", "fence", "undo", "restore", "validate", "release"})
  void killedAfterAStepItEndsComplete(String step) {
    install(Versions.AUTO);
    Good good = goodAndBad();
    world.haltAfter = step;

    Throwable killed = catchThrowable(() -> world.rollback(to(good.time())));
    world.restart();
    world.sweep();

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(member("data-e1").state()).isEqualTo(State.SERVING);
    assertThat(bucket.contents()).isEqualTo(good.contents());
    assertThat(moments()).isEqualTo(1);
  }

  @Test
  void aVersionThatIsGoneFromTheBucketIsNamed() {
    install(Versions.USE);
    Good good = goodAndBad();
    world.stores.journals(World.WEST).prefix(DATA, PLACE, Duration.ofSeconds(10)).reconcile();
    bucket
        .open(
            PLACE,
            new PrefixSpec(
                Optional.empty(), Optional.empty(), Versions.USE, false, Optional.empty()))
        .reader()
        .history(Optional.empty())
        .versions()
        .stream()
        .filter(version -> version.key().equals("object-03"))
        .skip(1)
        .findFirst()
        .ifPresent(version -> bucket.forget("data/object-03", version.version()));

    Begun begun = world.rollback(to(good.time()));

    assertThat(begun)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("of 'object-03' is not in", "any more", "name that one"));
  }
}
