package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Expiry.CollectReport;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.garbage.CollectLimits;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.store.garbage.GarbagePlan;
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

/// Packs that are needed in part: what lives is copied, the rest goes.
class RepackTest {
  private static final Duration GRACE = Duration.ofHours(2);
  private static final CollectLimits LIMITS = new CollectLimits(50, 1, 1 << 30, 1000, 1000);
  private static final int FILES = 10;
  private static final int FILE_BYTES = 100_000;

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);
  private Path source;
  private Point first;
  private Point last;

  /// Of ten files that lie in one pack, two stay the same.
  @BeforeEach
  void change() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    StoreFixture store = StoreFixture.on(objects, settings);
    for (int i = 0; i < FILES; i++) {
      Files.write(source.resolve("f" + i), Trees.random(i, FILE_BYTES));
    }
    first = store.capture(source);
    for (int i = 2; i < FILES; i++) {
      Files.write(source.resolve("f" + i), Trees.random(100 + i, FILE_BYTES));
    }
    last = store.capture(source);
    store.store().expiry().expire(List.of(first.id()));
    clock.advance(GRACE.plusMinutes(1));
  }

  @Test
  void theRoomOfDeadBlobsInLivingPacksComesBack() throws IOException {
    long before = packBytes();
    GarbagePlan plan = collector(objects).plan(GRACE);
    assertThat(plan.repack()).isNotEmpty();
    assertThat(plan.freesLater()).isGreaterThan(7L * FILE_BYTES);

    assertThat(collector(objects).execute(plan).condemned())
        .isEqualTo(plan.repack().size() + plan.condemn().size());
    assertThat(packBytes()).as("copied, nothing deleted yet").isGreaterThan(before);
    clock.advance(GRACE.plusMinutes(1));
    CollectReport report = collector(objects).collect(GRACE);

    assertThat(report.deletedBytes()).isGreaterThan(9L * FILE_BYTES);
    assertThat(packBytes()).isLessThan(before - 7L * FILE_BYTES);
    assertRestorable();
    assertThat(collector(objects).plan(GRACE).repack()).as("done once").isEmpty();
  }

  @Test
  void aRunThatDiesAtAnyWriteIsMadeUpForByTheNext() throws IOException {
    long before = packBytes();
    for (int nth = 1; nth <= 6; nth++) {
      for (Operation operation : List.of(Operation.PUT, Operation.CREATE, Operation.DELETE)) {
        FaultInjectingObjectStore dying = new FaultInjectingObjectStore(objects);
        dying.failAfter(operation, nth, ObjectStoreException.Kind.PERMANENT);
        try {
          collector(dying).collect(GRACE);
        } catch (ObjectStoreException e) {
          assertThat(e).hasMessageContaining("injected");
        }
        assertRestorable();
        clock.advance(GRACE.plusMinutes(1));
      }
    }
    for (int i = 0; i < 4; i++) {
      collector(objects).collect(GRACE);
      clock.advance(GRACE.plusMinutes(1));
    }
    assertThat(packBytes()).isLessThan(before - 7L * FILE_BYTES);
    assertRestorable();
  }

  @Test
  void aCopyThatTheStoreLostCondemnsNothing() {
    FaultInjectingObjectStore losing = new FaultInjectingObjectStore(objects);
    losing.loseAfter(Operation.PUT, 1, name -> name.startsWith("store/packs/"));

    assertThatThrownBy(() -> collector(losing).collect(GRACE)).hasMessageContaining("store/packs/");

    clock.advance(GRACE.plusMinutes(1));
    assertThat(collector(objects).collect(GRACE).deleted()).isZero();
    assertRestorable();
  }

  @Test
  void whatOnlyATrailerNamesIsNeitherDeadNorForgotten() throws IOException {
    objects.delete(under("store/index/"));

    collector(objects).collect(GRACE);

    clock.advance(GRACE.plusMinutes(1));
    collector(objects).collect(GRACE);
    assertRestorable();
  }

  @Test
  void nothingIsCollectedWhileAChunkIsMissing() {
    List<ObjectName> packs = under("store/packs/");
    ObjectName biggest =
        packs.stream().max((a, b) -> Long.compare(bytes(a), bytes(b))).orElseThrow();
    objects.delete(List.of(biggest));
    assertThatThrownBy(() -> collector(objects).collect(GRACE))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("nothing is collected while point site@2 is damaged at 'f");
    assertThat(under("store/packs/")).hasSize(packs.size() - 1);
  }

  /// Of two packs that are worth repacking one has a rotten piece, which its point needs.
  @Test
  void aPieceThatCantBeReadStopsNothingButTheRepackingOfItsPack() throws IOException {
    StoreFixture store = StoreFixture.on(objects, settings);
    for (int i = 0; i < FILES; i++) {
      Files.write(source.resolve("g" + i), Trees.random(200 + i, FILE_BYTES));
    }
    Point middle = store.capture(source);
    for (int i = 2; i < FILES; i++) {
      Files.write(source.resolve("g" + i), Trees.random(300 + i, FILE_BYTES));
    }
    store.capture(source);
    store.store().expiry().expire(List.of(last.id(), middle.id()));
    clock.advance(GRACE.plusMinutes(1));
    GarbagePlan plan = collector(objects).plan(GRACE);
    List<String> packs = plan.repack().stream().map(GarbagePlan.Partly::pack).toList();
    assertThat(packs).hasSizeGreaterThan(1);
    assertThat(plan.condemn()).isNotEmpty();
    var rotten = plan.repack().getFirst().live().getFirst().place();
    objects.damage(
        Names.pack(rotten.pack()),
        bytes -> {
          bytes[rotten.offset() + rotten.storedBytes() / 2] ^= 4;
          return bytes;
        });

    collector(objects).collect(GRACE);

    StoreParts parts = RootsTest.parts(objects, settings);
    assertThat(parts.condemned().packs())
        .containsAll(plan.condemn().stream().map(GarbagePlan.Dead::pack).toList())
        .containsAll(packs.subList(1, packs.size()))
        .doesNotContain(rotten.pack());
    assertThat(collector(objects).plan(GRACE).repack())
        .as("what can be read was copied")
        .singleElement()
        .satisfies(left -> {
          assertThat(left.pack()).isEqualTo(rotten.pack());
          assertThat(left.live()).hasSize(1);
        });
  }

  @Test
  void aFullDiskIsSaidAndNothingIsDeleted() throws IOException {
    Path gone = directory.resolve("gone");
    assertThatThrownBy(
            () -> new Collector(RootsTest.parts(objects, settings), LIMITS, gone).collect(GRACE))
        .hasMessageContaining("working files in '" + gone);
    assertRestorable();
  }

  @Test
  void aPlanThatIsTooOldIsRefused() {
    GarbagePlan plan = collector(objects).plan(GRACE);
    clock.advance(GRACE.dividedBy(2));
    assertThatThrownBy(() -> collector(objects).execute(plan))
        .hasMessageContaining("longer than half the grace time");
    assertThat(under("store/gc/")).isEmpty();
  }

  private Collector collector(ObjectStore on) {
    return new Collector(RootsTest.parts(on, settings), LIMITS, directory);
  }

  private void assertRestorable() {
    StoreFixture.on(objects, settings).store().restorer().verify(last.id(), Progress.NONE);
  }

  private long packBytes() {
    return under("store/packs/").stream().mapToLong(this::bytes).sum();
  }

  private long bytes(ObjectName name) {
    return objects.stat(name).orElseThrow().sizeBytes();
  }

  private List<ObjectName> under(String prefix) {
    return objects.names().stream().filter(name -> name.value().startsWith(prefix)).toList();
  }
}
