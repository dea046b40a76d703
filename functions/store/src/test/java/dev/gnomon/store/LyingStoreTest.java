package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.check.StoreCheck;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Object stores that say what is not so. What can be seen is seen before a point is placed; what
/// happens afterwards is found by a check and never restored as if it were whole.
class LyingStoreTest {
  private static final Duration GRACE = Duration.ofHours(2);

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final FaultInjectingObjectStore lying = new FaultInjectingObjectStore(objects);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);
  private Path source;

  @BeforeEach
  void makeSource() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    Trees.write(source.resolve("file"), Trees.random(1, 100_000));
  }

  @Test
  void aPackThatWasAnsweredAsStoredAndIsNotStopsTheCaptureOrIsStoredAnew() {
    lying.loseAfter(Operation.PUT, 1, name -> name.startsWith("store/packs/"));

    Point point = StoreFixture.on(lying, settings).capture(source);

    StoreFixture.on(objects, settings).store().restorer().verify(point.id(), Progress.NONE);
  }

  @Test
  void anIndexObjectThatWasLostIsNamedByACheckAndMadeUpForByARepair() {
    lying.loseAfter(Operation.PUT, 1, name -> name.startsWith("store/index/"));
    Point point = StoreFixture.on(lying, settings).capture(source);
    StoreFixture.on(objects, settings).store().restorer().verify(point.id(), Progress.NONE);
    assertThat(check(objects).findings())
        .anySatisfy(finding -> assertThat(finding.what()).contains("no index object names it"));
    StoreUpkeep upkeep = StoreFixture.on(objects, settings).store().upkeep();

    assertThat(upkeep.repair(java.util.Map.of(), bytes -> {}).execute().left().clean()).isTrue();

    StoreFixture.on(objects, settings).store().restorer().verify(point.id(), Progress.NONE);
  }

  @Test
  void aPointThatWasAnsweredAsCreatedAndIsNotIsNoPoint() {
    lying.loseAfter(Operation.CREATE, 1, name -> name.startsWith("store/points/"));

    CaptureOutcome outcome = StoreFixture.on(lying, settings).outcome(StoreFixture.request(source));

    Point point = StoreFixture.taken(outcome);
    StoreFixture.on(objects, settings).store().restorer().verify(point.id(), Progress.NONE);
  }

  @Test
  void whatIsLostAfterwardsIsFoundAndNotRestored() {
    Point point = StoreFixture.on(objects, settings).capture(source);
    int restored = 0;
    int refused = 0;
    for (ObjectName name : objects.names()) {
      if (name.value().startsWith("store/packs/") || name.value().startsWith("store/index/")) {
        InMemoryObjectStore copy = copy();
        copy.delete(List.of(name));
        Path target = directory.resolve("to-" + name.value().replace("/", "-"));
        CheckReport report = check(copy);
        assertThat(report.findings()).as("lost %s", name).isNotEmpty();
        try {
          StoreFixture.on(copy, settings).restore(point.id(), target);
          restored++;
          assertThat(report.hurt()).isEmpty();
          assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
        } catch (DamagedPointException e) {
          refused++;
          assertThat(report.clean()).as("lost %s: %s", name, report.findings()).isFalse();
          assertThat(report.hurt()).as("lost %s: %s", name, report.findings()).isNotEmpty();
          assertThat(name.value()).as("trailers say the same as an index object").contains("packs");
        }
      }
    }
    assertThat(refused).as("losses that were refused").isPositive();
    assertThat(restored).as("losses that others make up for").isPositive();
  }

  /// Packs that no list shows can't be told from packs that are gone: the capture is refused.
  @Test
  void listsThatLagGiveNoPointAndLoseNone() throws IOException {
    Point first = StoreFixture.on(objects, settings).capture(source);
    clock.advance(Duration.ofMinutes(10));
    Trees.write(source.resolve("file"), Trees.random(2, 100_000));
    StoreFixture late = StoreFixture.on(lying.listLate(Duration.ofMinutes(5)), settings);
    assertThat(late.outcome(StoreFixture.request(source)))
        .isInstanceOf(CaptureOutcome.Refused.class);
    for (int i = 0; i < 3; i++) {
      clock.advance(GRACE.plusMinutes(1));
      late.store().expiry().collect(GRACE);
    }
    StoreFixture.on(objects, settings).store().restorer().verify(first.id(), Progress.NONE);
  }

  @Test
  void aStoreSoSlowThatTheGraceTimeRunsOutGivesNoPointAndLosesNone() {
    Point first = StoreFixture.on(objects, settings).capture(source);
    lying.answerSlowly(() -> clock.advance(Duration.ofMinutes(10)));
    try {
      CaptureOutcome outcome =
          StoreFixture.on(lying, settings).outcome(StoreFixture.request(source));
      assertThat(outcome).isInstanceOf(CaptureOutcome.Refused.class);
    } catch (ObjectStoreException e) {
      assertThat(e.kind()).isEqualTo(ObjectStoreException.Kind.TRANSIENT);
    }
    assertThatThrownBy(() -> StoreFixture.on(lying, settings).store().expiry().collect(GRACE))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("longer than half the grace time");
    lying.heal();
    StoreFixture.on(objects, settings).store().restorer().verify(first.id(), Progress.NONE);
  }

  @Test
  void twoStoresInOnePrefixDoNotMix() {
    StoreFixture.on(objects, settings).capture(source);
    StoreSettings keyed = settings.withKey(java.util.Optional.of(EncryptedStoreTest.KEY));
    assertThatThrownBy(() -> StoreFixture.on(objects, keyed).capture(source))
        .isInstanceOf(ObjectStoreException.class);
    assertThat(check(objects).clean()).isTrue();
  }

  private CheckReport check(ObjectStore store) {
    return new StoreCheck(RootsTest.parts(store, settings), directory)
        .run(new ReadSample(100, 0), bytes -> {});
  }

  private InMemoryObjectStore copy() {
    InMemoryObjectStore copy = new InMemoryObjectStore(clock);
    for (ObjectName name : objects.names()) {
      objects
          .read(name, dev.gnomon.core.objects.ByteRange.ALL)
          .ifPresent(content -> copy.put(name, content));
    }
    return copy;
  }
}
