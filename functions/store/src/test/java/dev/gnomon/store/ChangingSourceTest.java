package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.waits.Patience;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that change at a known moment: when they were read to the end.
class ChangingSourceTest {
  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final AtomicInteger changes = new AtomicInteger();
  private Path source;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    Trees.shell(source, "mkdir a; echo stable > a/stable; echo first > log; echo z > z");
  }

  @Test
  void retryReadsAgainUntilNothingChanges() {
    Point point = StoreFixture.on(objects, changing(3)).capture(source);
    assertThat(point.consistent()).isTrue();
    assertThat(equalToSource(point)).isTrue();
    assertThat(changes).hasValue(3);
  }

  @Test
  void retryEndsIfTheSourceNeverHoldsStill() {
    CaptureOutcome outcome =
        StoreFixture.on(objects, changing(Integer.MAX_VALUE)).outcome(StoreFixture.request(source));
    assertThat(outcome)
        .isEqualTo(
            new CaptureOutcome.Refused(
                "the source never held still in 10 passes; in the last one 'log' changed"));
    assertThat(StoreFixture.on(objects).store().shadows().points(StoreFixture.SITE)).isEmpty();
  }

  @Test
  void failEndsAtTheFirstChange() {
    CaptureOutcome outcome = StoreFixture.on(objects, changing(2)).outcome(request(OnChange.FAIL));
    assertThat(outcome)
        .isEqualTo(new CaptureOutcome.Refused("'log' changed while the source was read"));
  }

  @Test
  void fuzzyKeepsWhatWasReadAndSaysSo() {
    Point point =
        StoreFixture.on(objects, changing(Integer.MAX_VALUE)).capture(request(OnChange.FUZZY));
    assertThat(point.consistent()).isFalse();
    StoreFixture.on(objects).store().restorer().verify(point.id(), Progress.NONE);
    assertThat(StoreFixture.on(objects).capture(request(OnChange.FUZZY)).consistent()).isTrue();
  }

  @Test
  void aChangeElsewhereAfterAFileWasReadIsSeen() {
    // z is opened after a/stable was read, which changes then: what was read was never one state
    AtomicInteger left = new AtomicInteger(1);
    AtomicReference<CountDownLatch> stableRead = new AtomicReference<>(new CountDownLatch(1));
    StoreFixture store =
        StoreFixture.on(
            objects,
            StoreSettings.DEFAULT.withFiles(file -> {
              Path path = file.path();
              if (path.endsWith("z") && left.getAndDecrement() > 0) {
                Patience.await()
                    .untilAsserted(() -> assertThat(stableRead.get().getCount()).isZero());
                Files.writeString(source.resolve("a/stable"), "not so stable");
              }
              InputStream content = SourceFiles.DIRECT.open(file);
              return path.endsWith("stable") ? telling(content, stableRead.get()) : content;
            }));
    CaptureOutcome outcome = store.outcome(request(OnChange.FAIL));
    assertThat(outcome).isInstanceOf(CaptureOutcome.Taken.class); // the commit came after it
    left.set(1);
    stableRead.set(new CountDownLatch(1));
    Trees.shell(source, "touch z a/stable");
    CaptureRequest request = request(OnChange.FAIL);
    CaptureOutcome second =
        store.store().shadows().commit(request, java.util.List.of(), Progress.NONE);
    assertThat(second)
        .asInstanceOf(InstanceOfAssertFactories.type(CaptureOutcome.Refused.class))
        .satisfies(refused ->
            assertThat(refused.reason())
                .matches("'a(/stable)?' changed while the source was read"));
  }

  /// A stream that says when it was closed.
  private static InputStream telling(InputStream content, CountDownLatch closed) {
    return new FilterInputStream(content) {
      @Override
      public void close() throws IOException {
        super.close();
        closed.countDown();
      }
    };
  }

  @Test
  void filesThatComeAndGoAreSeen() {
    AtomicInteger left = new AtomicInteger(2);
    StoreFixture store =
        StoreFixture.on(
            objects,
            StoreSettings.DEFAULT.withFiles(file -> {
              Path path = file.path();
              if (path.endsWith("log") && left.getAndDecrement() > 0) {
                Files.delete(path);
                Files.writeString(source.resolve("a/new" + left), "new");
              }
              return SourceFiles.DIRECT.open(file);
            }));
    Point point = store.capture(source);
    assertThat(point.consistent()).isTrue();
    assertThat(equalToSource(point)).isTrue();
  }

  @Test
  void whatChangesBetweenPartAndCommitIsReadAgain() {
    StoreFixture store = StoreFixture.on(objects);
    CaptureRequest request = request(OnChange.RETRY);
    var parts = store.store().shadows().planCapture(request);
    parts.forEach(part -> store.store().shadows().capturePart(request, part, Progress.NONE));
    Trees.shell(source, "echo later >> log; rm z; mkdir b; echo n > b/new; mv a c");
    Point point = StoreFixture.taken(store.store().shadows().commit(request, parts, Progress.NONE));
    assertThat(equalToSource(point)).isTrue();
  }

  @Test
  void anEditThatKeepsSizeAndTimeIsStillSeen() {
    StoreFixture store = StoreFixture.on(objects);
    Point first = store.capture(source);
    Trees.shell(source, "touch -r log ../ref; echo tsrif > log; touch -r ../ref log");
    Point second = store.capture(source);
    assertThat(second.content()).isNotEqualTo(first.content());
    assertThat(equalToSource(second)).isTrue();
  }

  @Test
  void whatWasTooYoungWhenItsReadingBeganIsReadAgainHoweverLongThatTook() throws IOException {
    Path log = source.resolve("log");
    FileTime changed = (FileTime) Files.getAttribute(log, "unix:ctime");
    TickingClock clock = new TickingClock();
    clock.advance(Duration.between(clock.instant(), changed.toInstant().plusMillis(5)));
    AtomicInteger reads = new AtomicInteger();
    SourceFiles slow =
        file -> {
          if (file.path().equals(log)) {
            reads.incrementAndGet();
            clock.advance(Duration.ofMillis(100)); // while it is read
          }
          return SourceFiles.DIRECT.open(file);
        };
    StoreSettings usual = StoreSettings.DEFAULT;
    StoreFixture store =
        StoreFixture.on(
            objects,
            new StoreSettings(
                usual.grace(), clock, usual.ids(), slow, usual.workers(), usual.key()));

    store.capture(source);
    assertThat(reads).as("by the part, and by the commit").hasValue(2);

    store.capture(source);
    assertThat(reads).as("it had rested when the commit read it").hasValue(2);
  }

  private CaptureRequest request(OnChange onChange) {
    return StoreFixture.request(
        source, java.util.UUID.randomUUID().toString(), PointKind.COMMAND, onChange);
  }

  private boolean equalToSource(Point point) {
    return StoreFixture.on(objects)
        .store()
        .shadows()
        .compare(point.id(), source, Progress.NONE)
        .equal();
  }

  /// Appends to `log` whenever it was read, so many times.
  private StoreSettings changing(int times) {
    SourceFiles files =
        file ->
            new FilterInputStream(SourceFiles.DIRECT.open(file)) {
              @Override
              public void close() throws IOException {
                super.close();
                Path path = file.path();
                if (path.endsWith("log") && changes.get() < times) {
                  changes.incrementAndGet();
                  Files.writeString(path, "more", StandardOpenOption.APPEND);
                }
              }
            };
    return StoreSettings.DEFAULT.withFiles(path -> (InputStream) files.open(path));
  }
}
