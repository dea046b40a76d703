package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.check.CheckReport.Kind;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.check.RepairPlan;
import dev.gnomon.store.check.RepairReport;
import dev.gnomon.store.check.StoreCheck;
import dev.gnomon.store.check.StoreRepair;
import dev.gnomon.store.garbage.CollectLimits;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of damage is named with the points that it hurts, and repaired from the store of
/// another cell as far as that has what is lost.
class CheckAndRepairTest {
  private static final Duration GRACE = Duration.ofHours(2);
  private static final MasterKey KEY =
      new MasterKeys(name -> "00".repeat(31) + "01").open("env:GNOMON_TEST_KEY");
  private static final ReadSample ALL = new ReadSample(100, 0);
  private static final ReadSample NOTHING = new ReadSample(0, 0);

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final InMemoryObjectStore twin = new InMemoryObjectStore(clock);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);
  private final Map<PointId, String> expected = new TreeMap<>();

  @BeforeEach
  void captureTwice() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Trees.write(source.resolve("big"), Trees.random(1, 1_500_000));
    for (int i = 0; i < 5; i++) {
      Trees.write(source.resolve("dir/f" + i), Trees.random(10 + i, 60_000));
    }
    Trees.write(source.resolve("text"), "text");
    captureInBoth(source);
    Trees.write(source.resolve("dir/f1"), Trees.random(99, 70_000));
    Trees.write(source.resolve("new/deep/file"), Trees.random(98, 5_000));
    captureInBoth(source);
    assertThat(check(ALL).clean()).isTrue();
  }

  private void captureInBoth(Path source) {
    StoreFixture.on(twin, settings).capture(source);
    Point point = StoreFixture.on(objects, settings).capture(source);
    expected.put(point.id(), Trees.describe(source));
  }

  @Test
  void aMissingPack() {
    ObjectName pack = packs().getLast();
    objects.delete(List.of(pack));

    CheckReport report = check(NOTHING);

    assertFound(report, Kind.MISSING, pack);
    assertHurt(report, "point site@1", "big");
    assertHurt(report, "point site@2", "dir/f0");
    assertRepaired();
  }

  @Test
  void aTruncatedPack() {
    ObjectName pack = packs().getLast();
    objects.damage(pack, bytes -> Arrays.copyOf(bytes, 700_000));

    CheckReport report = check(NOTHING);

    assertFound(report, Kind.TRUNCATED, pack);
    assertHurt(report, "point site@1", "big");
    assertRepaired();
  }

  @Test
  void aPackWithoutItsLastByte() {
    ObjectName pack = packs().getLast();
    objects.damage(pack, bytes -> Arrays.copyOf(bytes, bytes.length - 1));

    assertFound(check(NOTHING), Kind.CHANGED, pack);
    assertRepaired();
  }

  @Test
  void aFlippedBitInAPackIsFoundByReadingOnly() {
    ObjectName pack = packs().getLast();
    objects.damage(pack, flipped(withinLargestPiece(pack)));

    assertThat(check(NOTHING).clean()).as("not read").isTrue();
    CheckReport report = check(ALL);

    assertFound(report, Kind.CHANGED, pack);
    assertHurt(report, "point site@1", "big");
    assertHurt(report, "point site@2", "big");
    assertThat(report.hurt()).allMatch(hurt -> hurt.count() == 1);
    assertRepaired();
  }

  @Test
  void aChangedTree() {
    for (ObjectName pack : packs()) {
      if (bytes(pack).length < 10_000) {
        objects.damage(
            pack,
            bytes -> {
              for (int i = 0; i < bytes.length - 200; i++) {
                bytes[i] ^= 0x55;
              }
              return bytes;
            });
      }
    }
    CheckReport report = check(NOTHING);

    assertThat(report.clean()).isFalse();
    assertHurt(report, "point site@2", "");
    assertRepaired();
  }

  @Test
  void missingTrees() {
    objects.delete(packs().stream().filter(pack -> bytes(pack).length < 10_000).toList());

    CheckReport report = check(NOTHING);

    assertHurt(report, "point site@1", "");
    assertHurt(report, "point site@2", "");
    assertRepaired();
  }

  @Test
  void packsThatWereExchanged() {
    ObjectName one = packs().getLast();
    ObjectName other = packs().get(packs().size() - 2);
    byte[] first = bytes(one);
    byte[] second = bytes(other);
    objects.damage(one, bytes -> second);
    objects.damage(other, bytes -> first);

    CheckReport report = check(NOTHING);

    assertThat(report.clean()).isFalse();
    assertThat(report.findings())
        .filteredOn(Finding::damage)
        .extracting(Finding::object)
        .contains(one);
    assertRepaired();
  }

  @Test
  void aMissingIndexObject() {
    objects.delete(under("store/index/"));

    CheckReport report = check(NOTHING);

    assertThat(report.findings())
        .filteredOn(finding -> finding.what().contains("no index object names it"))
        .isNotEmpty();
    assertThat(report.lost()).isEmpty();
    assertThat(report.hurt()).isEmpty();
    assertRestorable();
    assertRepairedBy(new StoreRepair(parts(objects), directory));
  }

  @Test
  void ofAnyIndexObjectThatIsGoneTheTrailersSayTheSame() {
    for (ObjectName index : under("store/index/")) {
      byte[] content = bytes(index);
      objects.delete(List.of(index));
      assertRestorable();
      objects.create(index, content);
    }
  }

  @Test
  void aDamagedIndexObject() {
    for (UnaryOperator<byte[]> damage :
        List.<UnaryOperator<byte[]>>of(flipped(30), bytes -> Arrays.copyOf(bytes, 40))) {
      ObjectName index = under("store/index/").getFirst();
      objects.damage(index, damage);
      assertFound(check(NOTHING), Kind.CHANGED, index);
      assertRepairedBy(new StoreRepair(parts(objects), directory));
    }
    collectForHours();
    assertThat(check(ALL).findings()).isEmpty();
  }

  @Test
  void anIndexObjectThatClaimsFalseLengths() {
    StoreParts parts = parts(objects);
    ObjectName name = under("store/index/").getFirst();
    List<PackContents> lies = new ArrayList<>();
    for (PackContents pack : parts.format().get().packs().readIndex(name, bytes(name))) {
      lies.add(
          new PackContents(
              pack.pack(),
              pack.pieces().stream()
                  .map(piece ->
                      new PackContents.Piece(
                          piece.hash(),
                          piece.offset() + 1,
                          piece.storedBytes(),
                          piece.rawBytes(),
                          piece.codec()))
                  .toList()));
    }
    byte[] lie = parts.format().get().packs().index(name, lies);
    objects.damage(name, bytes -> lie);

    CheckReport report = check(NOTHING);

    assertThat(report.findings())
        .anyMatch(finding -> finding.kind() == Kind.DISAGREES && finding.damage());
    assertRepaired();
  }

  @Test
  void aDamagedPointIsNamedAndTheOthersStayWhole() {
    ObjectName record = new ObjectName("store/points/site/00000000000000000001");
    objects.damage(record, flipped(200));

    CheckReport report = check(NOTHING);

    assertFound(report, Kind.CHANGED, record);
    assertThat(report.hurt())
        .singleElement()
        .satisfies(hurt -> assertThat(hurt.point()).contains(new PointId(StoreFixture.SITE, 1)));
    RepairReport repair = repair();
    assertThat(repair.left().hurt()).as("told as lost").hasSize(1);
    expected.remove(new PointId(StoreFixture.SITE, 1));
    assertRestorable();
  }

  @Test
  void whatNoStoreHasIsNamedAndNothingElseIsLost() {
    ObjectName pack = packs().getLast();
    objects.damage(pack, flipped(1_600_000)); // in one of the small files

    RepairPlan plan = new StoreRepair(parts(objects), directory).plan(bytes -> {});
    assertThat(plan.unrepairable()).hasSize(1);
    RepairReport report = new StoreRepair(parts(objects), directory).execute(plan, bytes -> {});

    assertThat(report.copied()).as("what is whole in the pack").isPositive();
    assertThat(report.left().lost()).hasSize(1);
    assertThat(report.left().hurt()).allSatisfy(hurt -> assertThat(hurt.paths()).hasSize(1));
  }

  /// Ids of the two stores have nothing in common.
  @Test
  void whatAnEncryptedStoreLostComesFromOneThatIsNot() {
    StoreSettings keyed = settings.withKey(Optional.of(KEY));
    InMemoryObjectStore sealed = new InMemoryObjectStore(clock);
    Path source = directory.resolve("source");
    Point point = StoreFixture.on(sealed, keyed).capture(source);
    StoreCheck check = new StoreCheck(RootsTest.parts(sealed, keyed), directory);
    assertThat(check.run(ALL, bytes -> {}).findings()).isEmpty();
    List<ObjectName> packs =
        sealed.names().stream().filter(name -> name.value().startsWith("store/packs/")).toList();
    sealed.delete(packs);
    assertThat(check.run(ALL, bytes -> {}).hurt()).isNotEmpty();

    StoreRepair repair =
        new StoreRepair(RootsTest.parts(sealed, keyed), directory).from("plain", parts(twin));
    RepairReport report = repair.execute(repair.plan(bytes -> {}), bytes -> {});

    assertThat(report.left().hurt()).isEmpty();
    StoreFixture.on(sealed, keyed).restore(point.id(), directory.resolve("unsealed"));
    assertThat(Trees.describe(directory.resolve("unsealed"))).isEqualTo(Trees.describe(source));
  }

  @Test
  void aRoundOfSamplesReadsEveryPack() {
    ObjectName pack = packs().getLast();
    objects.damage(pack, flipped(300_000));
    int found = 0;
    for (int round = 0; round < 10; round++) {
      found += check(new ReadSample(10, round)).clean() ? 0 : 1;
    }
    assertThat(found).isEqualTo(1);
  }

  @Test
  void aRepairThatIsRunTwiceChangesNothingMore() {
    objects.delete(List.of(packs().getLast()));
    repair();
    List<ObjectName> before = objects.names();
    RepairReport second = repair();
    assertThat(second.fetched()).isZero();
    assertThat(objects.names()).isEqualTo(before);
  }

  private void assertRepaired() {
    assertRepairedBy(new StoreRepair(parts(objects), directory).from("twin", parts(twin)));
  }

  /// Also after the collections that follow.
  private void assertRepairedBy(StoreRepair repair) {
    List<ObjectName> before = objects.names();
    RepairPlan plan = repair.plan(bytes -> {});
    assertThat(objects.names()).as("a plan changes nothing").isEqualTo(before);
    RepairReport report = repair.execute(plan, bytes -> {});
    assertThat(objects.names()).as("nothing is deleted").containsAll(before);
    assertThat(report.left().lost()).isEmpty();
    assertThat(report.left().hurt()).isEmpty();
    assertRestorable();
    collectForHours();
    assertRestorable();
    assertThat(check(ALL).clean()).isTrue();
  }

  private void collectForHours() {
    for (int i = 0; i < 3; i++) {
      clock.advance(GRACE.plusMinutes(1));
      collector().collect(GRACE);
    }
  }

  private void assertRestorable() {
    expected.forEach((point, tree) -> {
      Path target = directory.resolve("restored-" + point.sequence());
      Trees.shell(directory, "rm -rf restored-" + point.sequence());
      StoreFixture.on(objects, settings).restore(point, target);
      assertThat(Trees.describe(target)).isEqualTo(tree);
      StoreFixture.on(objects, settings).store().restorer().verify(point, Progress.NONE);
    });
  }

  private RepairReport repair() {
    StoreRepair repair = new StoreRepair(parts(objects), directory).from("twin", parts(twin));
    return repair.execute(repair.plan(bytes -> {}), bytes -> {});
  }

  private Collector collector() {
    return new Collector(parts(objects), CollectLimits.DEFAULT, directory);
  }

  private StoreParts parts(InMemoryObjectStore of) {
    return RootsTest.parts(of, settings);
  }

  private CheckReport check(ReadSample sample) {
    return new StoreCheck(parts(objects), directory).run(sample, bytes -> {});
  }

  private static void assertFound(CheckReport report, Kind kind, ObjectName object) {
    assertThat(report.clean()).isFalse();
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.object()).isEqualTo(object);
          assertThat(finding.kind()).isEqualTo(kind);
          assertThat(finding.damage()).isTrue();
        });
  }

  private static void assertHurt(CheckReport report, String root, String path) {
    assertThat(report.hurt())
        .anySatisfy(hurt -> {
          assertThat(hurt.root()).isEqualTo(root);
          assertThat(hurt.paths()).contains(path);
        });
  }

  /// From the smallest to the biggest.
  private List<ObjectName> packs() {
    return under("store/packs/").stream()
        .sorted(Comparator.comparing(name -> bytes(name).length))
        .toList();
  }

  /// A place in the biggest file: pieces lie in the order in which workers were done with them.
  private int withinLargestPiece(ObjectName pack) {
    PackContents.Piece largest =
        BlobTable.trailer(
                objects, parts(objects).format().get(), Names.last(pack), bytes(pack).length)
            .pieces()
            .stream()
            .max(Comparator.comparingInt(PackContents.Piece::storedBytes))
            .orElseThrow();
    return largest.offset() + largest.storedBytes() / 2;
  }

  private List<ObjectName> under(String prefix) {
    return objects.names().stream().filter(name -> name.value().startsWith(prefix)).toList();
  }

  private byte[] bytes(ObjectName name) {
    try (var in = objects.read(name, ByteRange.ALL).orElse(new ByteArrayInputStream(new byte[0]))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UnaryOperator<byte[]> flipped(int at) {
    return bytes -> {
      bytes[at] ^= 4;
      return bytes;
    };
  }
}
