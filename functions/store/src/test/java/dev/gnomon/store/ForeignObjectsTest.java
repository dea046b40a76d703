package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.check.StoreCheck;
import dev.gnomon.store.garbage.CollectLimits;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Objects that somebody else put below the store: a check names them, nobody is stopped by them
/// without a word about which object it was, and nobody takes more memory for one than it
/// announces.
class ForeignObjectsTest {
  private static final Duration GRACE = Duration.ofHours(2);
  private static final int HEAD_BYTES = 12;

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final StoreSettings settings = StoreSettings.DEFAULT.withGrace(GRACE);
  private Path source;

  @BeforeEach
  void captureTwiceAndExpire() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    Trees.write(source.resolve("file"), Trees.random(1, 10_000));
    StoreFixture store = StoreFixture.on(objects, settings);
    var first = store.capture(source);
    Trees.write(source.resolve("file"), Trees.random(2, 10_000));
    store.capture(source);
    store.store().expiry().expire(java.util.List.of(first.id()));
    clock.advance(GRACE.plusMinutes(1));
    collect(objects);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "store/packs/",
        "store/index/",
        "store/points/",
        "store/points/site/",
        "store/accepted/",
        "store/accepted/site/",
        "store/expired/",
        "store/marks/",
        "store/marks/site/",
        "store/jobs/",
        "store/jobs/job/parts/",
        "store/grace/",
        "store/keys/",
        "store/gc/",
        "store/gc/99999999999999999999/",
        "store/other/"
      })
  void anObjectOfSomebodyElseIsNamedAndStopsNobodyWithoutAWord(String prefix) {
    for (String rest : new String[] {"x", "x/y", "x/y/z", "note.sync-conflict", "9".repeat(20)}) {
      ObjectName foreign = new ObjectName(prefix + rest);
      objects.create(foreign, "a note".getBytes(StandardCharsets.UTF_8));

      CheckReport report = check(objects);

      assertThat(report.findings()).extracting(Finding::object).contains(foreign);
      StoreFixture store = StoreFixture.on(objects, settings);
      works(foreign, () -> store.capture(source));
      works(foreign, () -> store.store().shadows().points(StoreFixture.SITE));
      works(foreign, () -> store.store().marks().of(StoreFixture.SITE));
      works(foreign, () -> store.store().expiry().collectionDue(GRACE));
      works(foreign, () -> collect(objects));
      clock.advance(GRACE.plusMinutes(1));
      works(foreign, () -> collect(objects));
      objects.delete(java.util.List.of(foreign));
    }
    assertThat(check(objects).clean()).isTrue();
  }

  @Test
  void anIndexObjectWithoutEndIsDamagedAndTakesNoMoreThanItAnnounces() {
    ObjectName index =
        objects.names().stream()
            .filter(name -> name.value().startsWith("store/index/"))
            .findFirst()
            .orElseThrow();
    ObjectStore endless =
        new ForwardingObjectStore(objects) {
          @Override
          public Optional<InputStream> read(ObjectName name, ByteRange range) {
            return name.equals(index)
                ? super.read(name, range).map(ForeignObjectsTest::withoutEnd)
                : super.read(name, range);
          }
        };

    CheckReport report = check(endless);
    assertThat(report.findings()).extracting(Finding::object).contains(index);
    StoreFixture store = StoreFixture.on(endless, settings);
    var point = store.capture(source);
    store.store().restorer().verify(point.id(), Progress.NONE);
    collect(endless);
    assertThat(objects.stat(index)).as("its packs are named anew").isEmpty();
    store.store().restorer().verify(point.id(), Progress.NONE);
  }

  /// The beginning of an index object of a thousand bytes, and zeros for ever.
  private static InputStream withoutEnd(InputStream index) {
    byte[] head = new byte[HEAD_BYTES];
    try (index) {
      head = index.readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ByteBuffer.wrap(head).putInt(HEAD_BYTES - 4, 1_000);
    InputStream zeros =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }

          @Override
          public int read(byte[] into, int from, int length) {
            Arrays.fill(into, from, from + length, (byte) 0);
            return length;
          }
        };
    return new SequenceInputStream(new ByteArrayInputStream(head), zeros);
  }

  private static void works(ObjectName foreign, Runnable work) {
    try {
      work.run();
    } catch (BlobFault | DamagedPointException e) {
      assertThat(e).hasMessageContaining(foreign.value());
    }
  }

  private void collect(ObjectStore on) {
    new Collector(RootsTest.parts(on, settings), CollectLimits.DEFAULT, directory).collect(GRACE);
  }

  private CheckReport check(ObjectStore on) {
    return new StoreCheck(RootsTest.parts(on, settings), directory)
        .run(new ReadSample(0, 0), bytes -> {});
  }
}
