package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which moments of a prefix's journal are not given, because their state would be another one.
class PrefixMomentLimitsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path root;
  private PrefixMoments data;
  private SettableClock clock;
  private World world;
  private PointRef first;

  @BeforeEach
  void install() {
    data = new PrefixMoments(root, Versions.AUTO);
    clock = data.clock;
    world = data.world;
    clock.forward(MINUTE);
    first = world.shadow("data");
    clock.forward(MINUTE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPositionIsNotThatOfAPointThatHoldsNewerVersions(boolean settled) {
    data.reconcile();
    data.put("object-03", "newer than the first point");
    SortedMap<String, String> good = data.contents();
    clock.forward(MINUTE);
    data.reconcile();
    long position =
        world.stores.journals(World.WEST).of(PrefixMoments.DATA).position(new Moment.Newest());
    data.put("object-03", "bad");
    world.shadow("data");
    if (settled) {
      clock.forward(MINUTE);
    }

    world.rolledBack(PrefixMoments.to("position:" + position));

    assertThat(data.contents()).isEqualTo(good);
  }

  @Test
  void anUpdateWhosePointIsYoungerThanTheLimitGoesToThePoint() {
    data.reconcile();
    data.put("object-03", "one");
    clock.forward(world.catalogue.clockTolerance());
    data.put("object-03", "two");
    SortedMap<String, String> good = data.contents();
    world.update("u1", "data");
    clock.forward(MINUTE);
    data.put("object-03", "bad");
    clock.forward(MINUTE);

    world.rolledBack(World.ofUpdate("u1"));

    assertThat(data.contents()).isEqualTo(good);
    assertThat(world.points("data")).noneMatch(point -> point.kind() == PointKind.MOMENT);
  }

  @Test
  void aTimeBeforeTheJournalBeganIsNotThatOfThePointBefore() {
    data.put("object-03", "newer than the first point");
    clock.forward(MINUTE);
    Instant between = clock.instant();
    clock.forward(MINUTE);
    data.put("object-03", "bad");
    clock.forward(MINUTE);
    world.shadow("data");
    data.reconcile(); // it begins on the newest point
    SortedMap<String, String> bad = data.contents();
    clock.forward(MINUTE);

    Begun begun = world.rollback(PrefixMoments.to(between));

    assertThat(begun)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("goes back to", "name that one", first.toString()));
    assertThat(data.contents()).isEqualTo(bad);
  }
}
