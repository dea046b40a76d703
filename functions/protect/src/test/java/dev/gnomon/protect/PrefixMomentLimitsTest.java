package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.FenceByPlace;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.catalogue.PlainResource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which moments of a prefix's journal are not given, because their state would be another one.
class PrefixMomentLimitsTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+http://host:9000/bucket/data");
  private static final ResourceName DATA = new ResourceName("data");
  private static final PrefixSpec SPEC =
      new PrefixSpec(Optional.empty(), Optional.empty(), Versions.AUTO, false, Optional.empty());
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final InMemoryBucket bucket = new InMemoryBucket(clock::instant);
  private World world;
  private PointRef first;

  @BeforeEach
  void install() {
    bucket.versioning(Versioning.ENABLED);
    world = new World(root, Worlds.cells(clock));
    world.buckets = place -> bucket.open(place, SPEC);
    world.fences =
        directories ->
            new FenceByPlace(
                directories,
                new OpenFence(
                    new FileAppliedEpochs(root.resolve("prefix-state")), Fenced.ENFORCED));
    world.add(
        PlainResource.prefix("data", PLACE, SPEC)
            .shadows(
                new ShadowSpec(
                    World.WEST, ShadowType.TRANSACTIONAL, Optional.empty(), Optional.empty()))
            .resource());
    world.restart();
    for (int i = 0; i < 20; i++) {
      put("object-%02d".formatted(i), "good " + i);
    }
    clock.forward(MINUTE);
    first = world.shadow("data");
    clock.forward(MINUTE);
  }

  private void put(String key, String content) {
    bucket.put(
        "data/" + key, content, new Attributes(new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
  }

  private static RollbackRequest to(String moment) {
    return World.to("data", Optional.of(moment), Optional.empty());
  }

  private void reconcile() {
    world.stores.journals(World.WEST).prefix(DATA, PLACE, Duration.ofSeconds(10)).reconcile();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPositionIsNotThatOfAPointThatHoldsNewerVersions(boolean settled) {
    reconcile();
    put("object-03", "newer than the first point");
    SortedMap<String, String> good = bucket.contents();
    clock.forward(MINUTE);
    reconcile();
    long position = world.stores.journals(World.WEST).of(DATA).position(new Moment.Newest());
    put("object-03", "bad");
    world.shadow("data");
    if (settled) {
      clock.forward(MINUTE);
    }

    world.rolledBack(to("position:" + position));

    assertThat(bucket.contents()).isEqualTo(good);
  }

  @Test
  void anUpdateWhosePointIsYoungerThanTheLimitGoesToThePoint() {
    reconcile();
    put("object-03", "one");
    clock.forward(world.catalogue.clockTolerance());
    put("object-03", "two");
    SortedMap<String, String> good = bucket.contents();
    world.update("u1", "data");
    clock.forward(MINUTE);
    put("object-03", "bad");
    clock.forward(MINUTE);

    world.rolledBack(World.ofUpdate("u1"));

    assertThat(bucket.contents()).isEqualTo(good);
    assertThat(world.points("data")).noneMatch(point -> point.kind() == PointKind.MOMENT);
  }

  @Test
  void aTimeBeforeTheJournalBeganIsNotThatOfThePointBefore() {
    put("object-03", "newer than the first point");
    clock.forward(MINUTE);
    Instant between = clock.instant();
    clock.forward(MINUTE);
    put("object-03", "bad");
    clock.forward(MINUTE);
    world.shadow("data");
    reconcile(); // it begins on the newest point
    SortedMap<String, String> bad = bucket.contents();
    clock.forward(MINUTE);

    Begun begun = world.rollback(to(between.toString()));

    assertThat(begun)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("goes back to", "name that one", first.toString()));
    assertThat(bucket.contents()).isEqualTo(bad);
  }
}
