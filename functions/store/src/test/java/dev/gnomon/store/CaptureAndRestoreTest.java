package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureAndRestoreTest {
  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreFixture store = StoreFixture.on(objects);
  private Path source;
  private Path target;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    target = directory.resolve("target");
    Trees.fill(source);
  }

  @Test
  void restoreBringsEverythingBackAsOtherProgramsSeeIt() {
    Point point = store.capture(source);
    store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    assertThat(point.consistent()).isTrue();
    assertThat(point.held()).isFalse();
    assertThat(point.notKept()).isEmpty();
    assertThat(point.files()).isEqualTo(8);
    assertThat(point.id()).hasToString("site@1");
  }

  @Test
  void restoreOverADamagedTreeChangesOnlyWhatDiffers() throws IOException {
    Point point = store.capture(source);
    store.restore(point.id(), target);
    String before = Trees.describe(target);
    Trees.shell(
        target,
        """
        set -e
        echo damage >> a/b/two; rm a/big; rm -r empty; mkdir new; echo x > new/file; echo y > extra
        rm dangling; mkdir dangling; echo z > dangling/in; rm -r a/b/c; echo file > a/b/c
        try() { "$@" 2>/dev/null || true; } # what this user and this file system can do
        rm a/link; ln -s elsewhere a/link; chmod 777 .hidden/file; try chown 7:7 .hidden
        rm zlast; echo other > zlast
        try setfattr -n user.evil -v 1 a/one; try setfattr -x user.dir a/b
        """);
    RestorePlan plan = store.plan(point.id(), target);
    RestoreReport report = store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(before).isEqualTo(Trees.describe(source));
    assertThat(plan.filesToDelete()).isEqualTo(4); // new/file, extra, dangling/in, a/b/c
    assertThat(plan.filesInPoint()).isEqualTo(12);
    assertThat(plan.examples()).contains("delete extra").contains("write a/big");
    assertThat(report.movedAside()).isEmpty();
    assertThat(report.bytesWritten()).isLessThan(3_100_000);
  }

  @Test
  void restoreOfAnEqualTreeHasNothingToDo() {
    Point point = store.capture(source);
    store.restore(point.id(), target);
    RestorePlan plan = store.plan(point.id(), target);
    assertThat(plan.parts()).isEmpty();
    assertThat(plan.filesToWrite() + plan.filesToDelete() + plan.metadataToSet()).isZero();
    assertThat(store.restore(point.id(), target)).isEqualTo(RestoreReport.NOTHING);
  }

  @Test
  void equalTreesHaveEqualContentHashesWhereverTheyAre() {
    Point first = store.capture(source);
    store.restore(first.id(), target);
    Point second =
        StoreFixture.on(new InMemoryObjectStore())
            .capture(StoreFixture.request(target, "other", PointKind.INTERVAL, retry()));
    assertThat(second.content()).isEqualTo(first.content());
    assertThat(second.files()).isEqualTo(first.files());
    assertThat(second.bytes()).isEqualTo(first.bytes());
  }

  @Test
  void anyDifferenceGivesAnotherContentHash() {
    Point first = store.capture(source);
    for (String change :
        List.of(
            "chmod 601 .hidden/file",
            "chown 5 a/one",
            "touch -d 2002-02-02 a/one",
            "setfattr -n user.colour -v red a/one",
            "ln -sfn b/three a/link",
            "rm zlast; cp -p a/one zlast",
            "chmod 700 .",
            "mv .hidden .hid")) {
      if (!Trees.shell(source, "{ " + change + "; } 2>&1 || echo refused").isEmpty()) {
        System.out.println("skipped, this user or file system can't: " + change);
        continue;
      }
      Point next = store.capture(source);
      assertThat(next.content()).as(change).isNotEqualTo(first.content());
      assertThat(store.store().shadows().diff(first.id(), next.id()).equal()).as(change).isFalse();
      first = next;
    }
  }

  @Test
  void partsTogetherGiveTheSamePointAsTheWhole() {
    Point whole = store.capture(source);
    CaptureRequest small =
        new CaptureRequest(
            "in-parts",
            StoreFixture.SITE,
            source,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            retry(),
            1_000_000);
    StoreFixture other = StoreFixture.on(new InMemoryObjectStore());
    List<Part> parts = other.store().shadows().planCapture(small);
    for (Part part : parts.reversed()) {
      other.store().shadows().capturePart(small, part, Progress.NONE);
    }
    Point point = StoreFixture.taken(other.store().shadows().commit(small, parts, Progress.NONE));
    assertThat(parts).hasSizeGreaterThan(3);
    assertThat(parts.getFirst().from()).isEmpty();
    assertThat(parts.getLast().before()).isEmpty();
    assertThat(point.content()).isEqualTo(whole.content());
    RestoreRequest request = new RestoreRequest(point.id(), target, 1_000_000);
    RestorePlan plan = other.store().restorer().plan(request, Progress.NONE);
    assertThat(plan.parts()).hasSizeGreaterThan(3);
    for (Part part : plan.parts().reversed()) {
      other.store().restorer().restorePart(request, part, Progress.NONE);
    }
    other.store().restorer().finish(request);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  @Test
  void aPartThatWasNeverReadIsReadByTheCommit() {
    CaptureRequest request = StoreFixture.request(source);
    Point point =
        StoreFixture.taken(
            store.store().shadows().commit(request, List.of(Part.WHOLE), Progress.NONE));
    store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  @Test
  void anUnchangedSourceAddsAlmostNothing() {
    Point first = store.capture(source);
    Point second = store.capture(source);
    assertThat(second.content()).isEqualTo(first.content());
    assertThat(second.id().sequence()).isEqualTo(2);
    assertThat(second.storedBytes()).isLessThan(1000);
    assertThat(first.storedBytes()).isGreaterThan(3_000_000);
  }

  @Test
  void anUnchangedSourceIsNotReadAgain() {
    java.util.Set<Path> opened = java.util.concurrent.ConcurrentHashMap.newKeySet();
    store.capture(source);
    StoreFixture.on(
            objects,
            StoreSettings.DEFAULT.withFiles(file -> {
              opened.add(file.path());
              return dev.gnomon.store.files.SourceFiles.DIRECT.open(file);
            }))
        .capture(source);
    assertThat(opened).isEmpty();
  }

  @Test
  void aSourceThatAFenceRenamedIsNotReadAgain() throws IOException {
    store.capture(source);
    Path renamed = Files.move(source, directory.resolve(".source.fenced"));
    StoreFixture blind =
        StoreFixture.on(
            objects,
            StoreSettings.DEFAULT.withFiles(path -> {
              throw new IOException(path + " was opened");
            }));
    Point undo = blind.capture(StoreFixture.request(renamed, "undo"));
    assertThat(undo.storedBytes()).isLessThan(1000);
  }

  @Test
  void compareSeesWhatACaptureWouldSee() {
    Point point = store.capture(source);
    assertThat(store.store().shadows().compare(point.id(), source, Progress.NONE).equal()).isTrue();
    Trees.shell(source, "echo x > new; rm a/big; touch -d 2003-03-03 a/one; ln -f .hidden/file h");
    var comparison = store.store().shadows().compare(point.id(), source, Progress.NONE);
    assertThat(comparison.added()).containsExactly("h", "new");
    assertThat(comparison.removed()).containsExactly("a/big");
    assertThat(comparison.changed()).contains("a/b/hard", ".", "a");
  }

  @Test
  void diffEntersOnlyWhatDiffers() {
    Point first = store.capture(source);
    Trees.shell(source, "echo x > a/b/new; rm -r .hidden; echo changed > a/b/two");
    Point second = store.capture(source);
    var diff = store.store().shadows().diff(first.id(), second.id());
    assertThat(diff.added()).containsExactly("a/b/new");
    assertThat(diff.removed()).containsExactly(".hidden", ".hidden/file");
    assertThat(diff.changed()).containsExactly(".", "a/b", "a/b/two");
    assertThat(store.store().shadows().diff(first.id(), first.id()).equal()).isTrue();
  }

  @Test
  void verifyReadsAllAndFindsNothingWrong() {
    Point point = store.capture(source);
    store.store().restorer().verify(point.id(), Progress.NONE);
  }

  private static dev.gnomon.core.catalogue.OnChange retry() {
    return dev.gnomon.core.catalogue.OnChange.RETRY;
  }
}
