package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.check.CheckReport.Kind;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.check.StoreCheck;
import dev.gnomon.store.garbage.CollectLimits;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.store.points.Records;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a check says of records that are not what they were, and what is done with them then.
class RecordDamageTest {
  private static final Duration GRACE = Duration.ofHours(2);
  private static final PointId FIRST = new PointId(StoreFixture.SITE, 1);
  private static final PointId SECOND = new PointId(StoreFixture.SITE, 2);

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);

  @BeforeEach
  void captureTwice() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Trees.write(source.resolve("file"), Trees.random(1, 50_000));
    StoreFixture.on(objects, settings).capture(source);
    Trees.write(source.resolve("file"), Trees.random(2, 50_000));
    StoreFixture.on(objects, settings).capture(source);
    assertThat(check().findings()).isEmpty();
  }

  @Test
  void pointsThatWereExchanged() {
    ObjectName one = new ObjectName("store/points/site/00000000000000000001");
    ObjectName two = new ObjectName("store/points/site/00000000000000000002");
    byte[] first = bytes(one);
    byte[] second = bytes(two);
    objects.damage(one, bytes -> second);
    objects.damage(two, bytes -> first);

    CheckReport report = check();

    assertFound(report, Kind.CHANGED, one);
    assertFound(report, Kind.CHANGED, two);
    assertThat(report.hurt()).hasSize(2);
  }

  @Test
  void marksThatWereExchanged() {
    ShadowStores store = StoreFixture.on(objects, settings).store();
    PointId held = new PointId(StoreFixture.SITE, 1);
    store.marks().hold(held, "audit");
    store.marks().tag(new PointId(StoreFixture.SITE, 2), "x");
    ObjectName one = under("store/marks/").getFirst();
    ObjectName two = under("store/marks/").getLast();
    byte[] first = bytes(one);
    byte[] second = bytes(two);
    objects.damage(one, bytes -> second);
    objects.damage(two, bytes -> first);

    CheckReport report = check();

    assertFound(report, Kind.DISAGREES, one);
    assertFound(report, Kind.DISAGREES, two);
    ShadowStores later = StoreFixture.on(objects, settings).store();
    assertThat(later.marks().of(held).held()).isTrue();
    later.expiry().expire(List.of(held));
    assertThat(later.shadows().point(held)).isPresent();
  }

  @Test
  void acceptancesAndExpiriesThatWereMoved() {
    Records records = parts().records();
    ObjectName accepted = new ObjectName("store/accepted/site/00000000000000000001");
    ObjectName expired = new ObjectName("store/expired/site/00000000000000000009");
    records.create(accepted, new PointId(StoreFixture.SITE, 2));
    records.create(expired, Map.of("point", "site@8", "job", "job"));

    CheckReport report = check();

    assertFound(report, Kind.DISAGREES, accepted);
    assertThat(report.findings())
        .anyMatch(finding ->
            finding.object().equals(expired)
                && finding.kind() == Kind.DISAGREES
                && !finding.damage());
  }

  @Test
  void aDamagedFormat() {
    ObjectName format = new ObjectName("store/format");
    objects.damage(format, flipped(90));

    CheckReport report = check();

    assertFound(report, Kind.CHANGED, format);
  }

  @Test
  void aMissingFormat() {
    ObjectName format = new ObjectName("store/format");
    objects.delete(List.of(format));
    assertFound(check(), Kind.MISSING, format);
  }

  @Test
  void damagedListsAndRecords() {
    StoreFixture.on(objects, settings)
        .store()
        .expiry()
        .expire(List.of(new PointId(StoreFixture.SITE, 1)));
    clock.advance(GRACE.plusMinutes(1));
    new Collector(parts(), CollectLimits.DEFAULT, directory).collect(GRACE);
    ObjectName condemned = under("store/gc/").getFirst();
    ObjectName part = under("store/jobs/").getFirst();
    ObjectName stray = new ObjectName("store/what-is-this");
    objects.damage(condemned, flipped(100));
    objects.damage(part, bytes -> new byte[0]);
    objects.create(stray, new byte[3]);

    CheckReport report = check();

    assertFound(report, Kind.CHANGED, condemned);
    assertThat(report.findings())
        .anyMatch(finding -> finding.object().equals(part) && !finding.damage())
        .anyMatch(finding -> finding.object().equals(stray) && finding.kind() == Kind.UNKNOWN);
    assertThat(report.hurt()).isEmpty();
  }

  /// Its job chose it, and nobody expired it.
  @Test
  void aPointThatIsGoneIsNamedWhileItsChoiceIsThere() {
    ObjectName record = new ObjectName("store/points/site/" + FIRST.paddedSequence());
    objects.delete(List.of(record));
    assertThat(check().findings()).as("its job may be about to place it").isEmpty();
    clock.advance(GRACE.plusMinutes(1));

    CheckReport report = check();

    assertThat(report.findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.object()).isEqualTo(record);
          assertThat(finding.kind()).isEqualTo(Kind.MISSING);
          assertThat(finding.damage()).isFalse();
        });
    new Collector(parts(), CollectLimits.DEFAULT, directory).collect(GRACE);
    assertThat(check().findings())
        .filteredOn(finding -> finding.object().equals(record))
        .as("the collection deleted what told of it")
        .isEmpty();
  }

  @Test
  void aPointThatExpiredIsNotMissed() {
    StoreFixture.on(objects, settings).store().expiry().expire(List.of(FIRST));
    for (int i = 0; i < 4; i++) {
      assertThat(check().findings()).isEmpty();
      clock.advance(GRACE.dividedBy(2).plusMinutes(1));
      new Collector(parts(), CollectLimits.DEFAULT, directory).collect(GRACE);
    }
    assertThat(check().findings()).isEmpty();
  }

  @Test
  void aMarkThatIsMissingBeforeALaterOne() {
    ShadowStores store = StoreFixture.on(objects, settings).store();
    store.marks().tag(SECOND, "one");
    store.marks().tag(SECOND, "two");
    ObjectName first = under("store/marks/").getFirst();
    objects.delete(List.of(first));

    assertFound(check(), Kind.MISSING, first);
    assertThat(StoreFixture.on(objects, settings).store().marks().of(SECOND).held()).isTrue();
  }

  private StoreParts parts() {
    return RootsTest.parts(objects, settings);
  }

  private CheckReport check() {
    return new StoreCheck(parts(), directory).run(new ReadSample(0, 0), bytes -> {});
  }

  private static void assertFound(CheckReport report, Kind kind, ObjectName object) {
    assertThat(report.clean()).isFalse();
    assertThat(report.findings())
        .filteredOn(Finding::damage)
        .filteredOn(finding -> finding.object().equals(object))
        .extracting(Finding::kind)
        .containsExactly(kind);
  }

  private List<ObjectName> under(String prefix) {
    return objects.names().stream().filter(name -> name.value().startsWith(prefix)).toList();
  }

  private byte[] bytes(ObjectName name) {
    try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static UnaryOperator<byte[]> flipped(int at) {
    return bytes -> {
      bytes[at] ^= 4;
      return bytes;
    };
  }
}
